/** Results that were saved as JSON, and the races in them. */
import { readFileSync } from 'node:fs';
import { Fault, messageOf } from '../core/fault.ts';
import type { CheckResult, ViolatedResult } from '../core/result.ts';
import { fromJson, type Results } from '../report/json.ts';
import { settingText } from '../report/setting-text.ts';
import { count } from '../report/text.ts';
import { tallyText } from '../report/verdict-grid.ts';

const hint = 'name a file that lockstep check --json FILE wrote';

/** @throws Fault `no-such-file`, `bad-results` */
export function readSavedResults(file: string): Results {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const detail = messageOf(error);
    throw new Fault(`cannot read ${file}`, { code: 'no-such-file', kind: 'usage', detail, hint });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const detail = messageOf(error);
    throw new Fault(`${file} is not JSON`, { code: 'bad-results', kind: 'usage', detail, hint });
  }
  if ((value as { schema?: unknown } | null)?.schema !== 'pg-lockstep-failure') return fromJson(value);
  throw new Fault(`${file} is a saved failure, which holds no history`, {
    code: 'bad-results',
    kind: 'usage',
    hint: `${hint}; a saved failure comes first in the next check`,
  });
}

export function racesIn(results: readonly CheckResult[]): readonly ViolatedResult[] {
  return results.filter((result) => result.verdict === 'violated');
}

/** A longer list would help nobody to find a number. */
const shownRaces = 12;

/**
 * @param number counted from 1 over the results that have a race
 * @throws Fault `no-race`
 */
export function raceNumber(results: readonly CheckResult[], number: number, file: string): ViolatedResult {
  const races = racesIn(results);
  const race = races[number - 1];
  if (race !== undefined) return race;
  if (races.length === 0) {
    throw new Fault(`there is no race in ${file}`, {
      code: 'no-race',
      kind: 'usage',
      detail: tallyText(results),
      hint: 'lockstep report shows what held, too: as html, markdown or junit',
    });
  }
  const shown = races
    .slice(0, shownRaces)
    .map(({ setting }, index) => `${index + 1} ${settingText(setting)}`);
  const more = races.length > shownRaces ? ['...'] : [];
  throw new Fault(`there is no race ${number} in ${file}`, {
    code: 'no-race',
    kind: 'usage',
    detail: `it has ${count(races.length, 'race')}: ${[...shown, ...more].join('; ')}`,
  });
}
