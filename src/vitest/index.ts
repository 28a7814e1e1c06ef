/** The face for Vitest: one line makes a test, and its failure prints the story and the replay line. */
import { afterAll, describe, test } from 'vitest';
import { assertHolds, check } from '../check/check.ts';
import type { CheckOptions } from '../check/options.ts';
import { resolveOptions } from '../check/resolve-options.ts';
import { parseReplayLine } from '../report/replay-line.ts';
import { replay } from '../check/replay.ts';
import { LockstepInconclusive, violationOf } from '../check/errors.ts';
import { levelsOf, modelId, type Model } from '../core/model.ts';
import { Corpus } from '../campaign/corpus/corpus.ts';
import { withStallWatch } from './stall-watch.ts';
import type { Driver } from '../driver/contract.ts';

export interface LockstepTestOptions extends CheckOptions {
  /** Default: the model, the engine and the isolation level. */
  readonly name?: string;
  /**
   * Time limit of the test. Default: the check's own time budget, which is 30 000 ms here unless
   * `timeBudgetMs` is given, plus half a minute for starting the engine and for shrinking.
   */
  readonly timeoutMs?: number;
  /**
   * How long an operation may keep the process busy without awaiting anything, in milliseconds. Then the process is killed,
   * since nothing else can end the operation. Default 30 000.
   */
  readonly stallMs?: number;
}

const defaultStallMs = 30_000;
const defaultBudgetMs = 30_000;
const allowanceMs = 30_000;
const used = new Set<Driver>();
let closing = false;

/** Engines outlive single tests, since starting one costs more than a test. They close at the end of the file. */
function closeWithFile(driver: Driver): void {
  used.add(driver);
  if (closing) return;
  closing = true;
  afterAll(async () => {
    await Promise.all([...used].map((each) => each.close()));
    used.clear();
  });
}

/**
 * Registers a test that passes if the model holds: one for the given level, or one for each level at which
 * the model is meant to hold (its `check.isolation`). Call it at the top level of a file or in a `describe`.
 *
 * @example
 * lockstepTest(bankAccount, { engine: postgres(), isolation: 'read committed' });
 */
export function lockstepTest(model: Model, options: LockstepTestOptions): void {
  register(
    model,
    options,
    (of) => of,
    async (noted, checked) => {
      await assertHolds(noted, checked);
    },
  );
}

/** One test for each level: the given one, or those at which the model is meant to hold. */
function register(
  model: Model,
  { name, timeoutMs, stallMs = defaultStallMs, ...rest }: LockstepTestOptions,
  titleOf: (setting: string) => string,
  run: (noted: Model, checked: CheckOptions) => Promise<void>,
): void {
  // Reports a mistake in an option when the file is read, not after an engine was started.
  const { engine } = resolveOptions(rest, model);
  closeWithFile(engine);
  const levels = rest.isolation === undefined ? levelsOf(model) : [rest.isolation];
  for (const isolation of levels) {
    const checked = { ...rest, isolation, timeBudgetMs: rest.timeBudgetMs ?? defaultBudgetMs };
    const own = name === undefined || levels.length === 1 ? name : `${name}, ${isolation}`;
    const title = own ?? titleOf(`${modelId(model)} on ${engine.kind}, ${isolation}`);
    test(title, { timeout: timeoutMs ?? checked.timeBudgetMs + allowanceMs }, () =>
      withStallWatch(model, stallMs, (noted) => run(noted, checked)),
    );
  }
}

/**
 * Registers a test that passes if a violation is found: for the faulty twin, which shows that a property can fail.
 *
 * @example
 * lockstepFinds(bankAccountWithoutLock, { engine: postgres() });
 */
export function lockstepFinds(model: Model, options: LockstepTestOptions): void {
  register(
    model,
    options,
    (of) => `a race is found in ${of}`,
    async (noted, checked) => {
      const result = await check(noted, checked);
      if (result.verdict === 'inconclusive') throw new LockstepInconclusive(result.inconclusive);
      if (result.verdict === 'holds') {
        const { schedules, scenarios } = result.coverage;
        throw new Error(
          `no race was found in ${schedules} schedules of ${scenarios} scenarios, seed ${result.seed}`,
        );
      }
    },
  );
}

export type LockstepRegressionOptions = Pick<
  LockstepTestOptions,
  'engine' | 'name' | 'timeoutMs' | 'stallMs' | 'timeBudgetMs' | 'maxSchedules' | 'numRuns' | 'limits'
>;

/**
 * Registers two tests that fail while a known race is still there. One runs the schedule of its replay line, as far as the
 * code still follows it; the other searches all schedules of its scenario. Mended code sends other statements, so the
 * schedule alone would show little.
 *
 * @param line the replay line: `v1:...`
 * @param options `maxSchedules` of the search: default 1000. `numRuns`: default 1, which is the scenario of the line;
 *   with more, scenarios that the model generates come after it
 * @throws Fault `bad-replay-line` if the line cannot be read
 *
 * @example
 * lockstepRegression(bankAccount, 'v1:...', { engine: postgres() });
 */
export function lockstepRegression(model: Model, line: string, options: LockstepRegressionOptions): void {
  const { name, timeoutMs, stallMs = defaultStallMs, engine, ...rest } = options;
  const { limits } = options;
  const { isolation, order, scenario } = parseReplayLine(line);
  const searched = {
    ...rest,
    engine,
    isolation,
    order,
    timeBudgetMs: rest.timeBudgetMs ?? defaultBudgetMs,
    maxSchedules: rest.maxSchedules ?? 1000,
    examples: [scenario],
    // Only this scenario: generated ones are for the property.
    numRuns: rest.numRuns ?? 1,
    // Fixed, since a test that is red in one run and green in the next would help nobody.
    seed: line,
  };
  const timeout = timeoutMs ?? searched.timeBudgetMs + allowanceMs;
  closeWithFile(engine);
  describe(
    name ?? `the race in ${modelId(model)} on ${engine.kind}, ${isolation}, does not come back`,
    () => {
      test('in the schedule in which it was found', { timeout }, async () => {
        const lenient = { engine, mode: 'lenient', ...(limits !== undefined && { limits }) } as const;
        const replayed = await withStallWatch(model, stallMs, (noted) => replay(noted, line, lenient));
        const { counterexample, exploration } = replayed;
        if (counterexample !== undefined) throw violationOf(counterexample);
        if (exploration.inconclusive !== undefined) throw new LockstepInconclusive(exploration.inconclusive);
      });
      const others = searched.numRuns > 1 ? `, and in ${searched.numRuns - 1} generated ones` : '';
      test(`in any other schedule of its scenario${others}`, { timeout }, async () => {
        await withStallWatch(model, stallMs, (noted) => assertHolds(noted, searched));
      });
    },
  );
}

export interface CorpusRegressionsOptions extends Omit<LockstepRegressionOptions, 'name' | 'numRuns'> {
  /** Races of other models are left out. */
  readonly models: readonly Model[];
  /** Default `corpus`, in the working directory. */
  readonly folder?: string;
  /**
   * What the tests of a race do that is marked as failing, so that nobody has mended it yet: they `fail`, or they are
   * skipped. Default `fail`.
   */
  readonly failing?: 'fail' | 'skip';
}

/**
 * Registers the two tests of `lockstepRegression` for each race of a corpus on this engine: they fail while the race is there,
 * or when it is back. Retired races are left out. One more test fails if a file of the corpus cannot be read.
 *
 * @throws Fault `bad-corpus` if the folder cannot be read, `bad-replay-line` if a race holds a line that was changed
 *
 * @example
 * corpusRegressions({ models: [bankAccount], engine: postgres() });
 */
export function corpusRegressions(options: CorpusRegressionsOptions): void {
  const { models, folder = 'corpus', failing = 'fail', ...rest } = options;
  const { entries, damaged } = Corpus.open(folder);
  test(`the races of ${folder} can be read`, () => {
    if (damaged.length === 0) return;
    throw new Error(damaged.map(({ file, why }) => `${file}: ${why}`).join('\n'));
  });
  for (const { id, identity, replay: line, state, title } of entries) {
    const model = models.find((each) => modelId(each) === identity.model);
    if (model === undefined || identity.driver !== rest.engine.kind || state.kind === 'retired') continue;
    const name = `${id} in ${identity.model} on ${identity.driver}, ${identity.isolation}: ${title}`;
    if (failing === 'skip' && state.kind === 'fails') test.skip(name);
    else lockstepRegression(model, line, { ...rest, name });
  }
}
