/**
 * The counterexamples of the models, at the weakest level that shows each, and of those that were reported at the strongest,
 * too (`npm start` finds all): found with a fixed seed within 200 schedules, certified minimal, and the same history 100 times
 * out of 100 (10 at the strongest) when it is replayed from its line. Its story fits a screen of 32 lines, and every report
 * says what happened.
 */
import { readdirSync } from 'node:fs';
import stringWidth from 'string-width';
import { expect } from 'vitest';
import { check } from '../../src/check/check.ts';
import { Lab } from '../../src/lab/lab.ts';
import { Trial } from '../../src/lab/trial.ts';
import { parseReplayLine } from '../../src/report/replay-line.ts';
import { isModel } from '../../src/core/define-model.ts';
import { isolationLevels, type IsolationLevel } from '../../src/core/isolation.ts';
import { modelId, type Model } from '../../src/core/model.ts';
import type { Counterexample } from '../../src/core/result.ts';
import type { History } from '../../src/core/history.ts';
import type { Driver } from '../../src/driver/contract.ts';
import { formatCounterexample } from '../../src/report/story.ts';
import * as names from './names.ts';
import { nothingSmallerFails } from './without-a-part.ts';
import { synthetic } from '../support/explained.ts';
import { expectTrueWords } from '../support/true-words.ts';

const folder = new URL('../../models/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href) as Promise<object>));
export const models: readonly Model[] = modules.flatMap((module) => Object.values(module).filter(isModel));

export interface Case {
  readonly model: Model;
  readonly isolation: IsolationLevel;
}

const violated = ({ expected }: Model): readonly IsolationLevel[] =>
  isolationLevels.filter((level) => expected?.[level] === 'violated');
const isWeakest = ({ model, isolation }: Case): boolean => violated(model)[0] === isolation;

export const onPostgres = models.flatMap((model) =>
  violated(model).map((isolation): Case => ({ model, isolation })),
);
const isReportedAtStrongest = ({ model, isolation }: Case): boolean =>
  model.kind === 'reported' && violated(model).at(-1) === isolation;

/** Searches of violated cells take longest of all. */
export const told = onPostgres.filter((each) => isWeakest(each) || isReportedAtStrongest(each));
export const onPglite = models
  .filter(({ kind, expected }) => kind === 'reported' && expected?.pglite === 'violated')
  .map((model): Case => ({ model, isolation: 'read committed' }));

export const withNames = (cases: readonly Case[]): readonly (readonly [string, IsolationLevel, Model])[] =>
  cases.map(({ model, isolation }) => [modelId(model), isolation, model] as const);

/** Runs the line so many times on one database and gives the distinct histories. */
async function histories(
  engine: Driver,
  model: Model,
  found: Counterexample,
  times: number,
): Promise<ReadonlySet<string>> {
  const { scenario, schedule, isolation, order } = parseReplayLine(found.replay);
  const lab = await Lab.open(model, { engine, isolation, order });
  const seen = new Set<string>();
  try {
    const trial = await Trial.on(lab, scenario);
    for (let time = 0; time < times; time += 1) {
      const { history } = await trial.replay(schedule, { mode: 'strict' });
      seen.add(textOf(history));
    }
  } finally {
    await lab.close();
  }
  return seen;
}

/** All of it, but the process numbers in the text of a deadlock. */
function textOf(history: History): string {
  return JSON.stringify(history, (key, value: unknown) => (key === 'message' ? undefined : value));
}

/** Lines of a screen of 100 columns that the story takes: the replay line is broken by the terminal. */
function screenLines(counterexample: Counterexample): number {
  const [name = ''] = counterexample.setting.model.split('/');
  const lines = formatCounterexample(counterexample, { modelPath: `models/${name}.ts` }).split('\n');
  return lines.reduce((sum, line) => {
    const width = stringWidth(line);
    if (!line.startsWith('replay ')) expect(width, line).toBeLessThanOrEqual(100);
    return sum + Math.max(1, Math.ceil(width / 100));
  }, 0);
}

export async function findAndReplay(engine: Driver, model: Model, isolation: IsolationLevel): Promise<void> {
  const result = await check(model, {
    engine,
    isolation,
    seed: 2026,
    numRuns: 60,
    // Shrinking is not what is measured here.
    maxSchedulesPerShrink: 100,
  });
  const { counterexample, coverage, inconclusive } = result;
  expect(inconclusive).toBeUndefined();
  if (counterexample === undefined) throw new Error(`nothing was found in ${coverage.schedules} schedules`);
  expect(coverage.schedulesToFirstFailure).toBeLessThanOrEqual(200);
  const { sessions } = counterexample.scenario;
  expect(sessions.length).toBe(2);
  for (const calls of sessions) expect(calls.length).toBeLessThanOrEqual(2);
  expect(counterexample.minimality).toMatchObject({
    certified: true,
    fewerPreemptionsPass: true,
    neighbours: { open: [], moreOpen: 0 },
  });
  // By themselves these take longer than all the rest.
  const onServer = engine.kind !== 'pglite';
  const thorough = !onServer || isWeakest({ model, isolation });
  if (onServer && thorough) await nothingSmallerFails(engine, model, counterexample);
  expectItsName(engine, model, counterexample);
  expectTrueWords(result);
  expect(screenLines(counterexample)).toBeLessThanOrEqual(32);
  expect(screenLines(synthetic(counterexample))).toBeLessThanOrEqual(40);
  const seen = await histories(engine, model, counterexample, thorough ? 100 : 10);
  expect([...seen]).toEqual([textOf(counterexample.history)]);
}

/** The right name with the edges that prove it; a race without a name is told as such, for the reason in `names.ts`. */
function expectItsName(engine: Driver, model: Model, { explanation }: Counterexample): void {
  if (explanation === undefined) throw new Error('nobody explained it');
  const { anomaly, evidence, racingPair } = explanation;
  expect(racingPair).toBeDefined();
  if (engine.kind === 'pglite') {
    expect(anomaly.code).toBe(names.onPglite[modelId(model)] ?? 'unclassified');
    expect(evidence).toEqual([]);
    return;
  }
  expect(names.onPostgres[modelId(model)]?.codes).toContain(anomaly.code);
  expect(evidence.length).toBe(['stuck', 'unclassified'].includes(anomaly.code) ? 0 : 2);
  const [first, second] = evidence;
  expect(first?.from).toEqual(second?.to);
  expect(first?.to).toEqual(second?.from);
}
