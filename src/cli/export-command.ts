/** `lockstep export`: a race of saved results as a file that stands alone. */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { Fault, messageOf } from '../core/fault.ts';
import type { Counterexample } from '../core/result.ts';
import { exportIsolation } from '../export/isolation.ts';
import { exportPsql } from '../export/psql.ts';
import { exportVitest } from '../export/vitest.ts';
import { fromJson, type Results } from '../report/json.ts';
import { settingText } from '../report/setting-text.ts';
import { count } from '../report/text.ts';
import type { Command } from './command.ts';
import { exitCodes } from './exit-code.ts';
import { writeWhole } from './failures.ts';
import { findModel } from './find-model.ts';
import type { ExportFormat } from './values.ts';
import type { ModelFacts } from './worker/messages.ts';

export interface ExportRequest {
  /** Results as `lockstep check --json` writes them. */
  readonly results: string;
  readonly format: ExportFormat;
  /** Counted from 1 over the results that have a race. Default: the first. */
  readonly race: number | undefined;
  /** The file that defines the model. Default: the model folders are searched. */
  readonly model: string | undefined;
  /** Default: stdout. */
  readonly output: string | undefined;
}

export async function exportCommand(command: Command, request: ExportRequest): Promise<number> {
  const { terminal } = command;
  const races = racesIn(request.results);
  const counterexample = chosen(races, request);
  const id = counterexample.setting.model;
  const model = await findModel(command, request.model ?? id, id, 'race');
  const text = exported(counterexample, model, request);
  if (races.length > 1 && request.race === undefined) {
    const where = settingText(counterexample.setting);
    terminal.err(`race 1 of ${races.length}: ${where}; --race chooses another`);
  }
  if (request.output === undefined) process.stdout.write(text);
  else {
    writeWhole(request.output, text);
    terminal.err(`wrote ${request.output}`);
  }
  return exitCodes.holds;
}

function racesIn(file: string): readonly Counterexample[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Fault(`cannot read ${file}`, { code: 'no-such-file', kind: 'usage', detail: messageOf(error) });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Fault(`${file} is not JSON`, {
      code: 'bad-results',
      kind: 'usage',
      detail: messageOf(error),
      hint: 'lockstep check --json FILE writes results',
    });
  }
  const { results } = resultsOf(value, file);
  const races = results.flatMap(({ counterexample }) =>
    counterexample === undefined ? [] : [counterexample],
  );
  if (races.length > 0) return races;
  throw new Fault(`there is no race in ${file}`, {
    code: 'no-race',
    kind: 'usage',
    detail:
      results.length === 0
        ? 'it has no results'
        : `of its ${count(results.length, 'result')} none is violated`,
  });
}

function resultsOf(value: unknown, file: string): Results {
  if ((value as { schema?: unknown } | null)?.schema !== 'pg-lockstep-failure') return fromJson(value);
  throw new Fault(`${file} is a saved failure, which holds no history`, {
    code: 'bad-results',
    kind: 'usage',
    hint: 'lockstep check --json FILE writes results; a saved failure comes first in the next check',
  });
}

/** A list that is longer helps nobody to find a number. */
const shownRaces = 12;

function chosen(races: readonly Counterexample[], { race = 1, results }: ExportRequest): Counterexample {
  const found = races[race - 1];
  if (found !== undefined) return found;
  const shown = races
    .slice(0, shownRaces)
    .map(({ setting }, index) => `${index + 1} ${settingText(setting)}`);
  const more = races.length > shownRaces ? ['...'] : [];
  throw new Fault(`there is no race ${race} in ${results}`, {
    code: 'no-such-race',
    kind: 'usage',
    detail: `it has ${count(races.length, 'race')}: ${[...shown, ...more].join('; ')}`,
  });
}

function exported(
  counterexample: Counterexample,
  model: ModelFacts,
  { format, output }: ExportRequest,
): string {
  switch (format) {
    case 'psql':
      return exportPsql(counterexample, model.schema);
    case 'isolation':
      return exportIsolation(counterexample, model.schema);
    case 'vitest': {
      const from = output === undefined ? process.cwd() : dirname(resolve(output));
      const path = relative(from, model.absolute).split(sep).join('/');
      const specifier = path.startsWith('.') ? path : `./${path}`;
      return exportVitest(counterexample, { specifier, exported: model.exported });
    }
  }
}
