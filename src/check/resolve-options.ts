/** Resolves the options of a search or a check: sets defaults, and refuses wrong values in plain words. */
import { scenarioProblem } from '../core/check-scenario.ts';
import { Fault } from '../core/fault.ts';
import { isolationLevels } from '../core/isolation.ts';
import { unknownKey } from '../core/known-keys.ts';
import { levelsOf, modelId, type Model } from '../core/model.ts';
import { orderRules } from '../core/order-rule.ts';
import type { Scenario } from '../core/scenario.ts';
import { defaultLimits, type Limits } from '../engine/limits.ts';
import { learningStrategies, strategyNames } from '../search/strategies.ts';
import type { CheckOptions, ResolvedOptions, SearchOptions } from './options.ts';

/** A kind of value that options take, in words and as a test. */
interface Kind {
  readonly takes: string;
  readonly is: (value: unknown) => boolean;
}

const wholeFromOne: Kind = {
  takes: 'a whole number from 1',
  is: (value) => Number.isInteger(value) && Number(value) >= 1,
};
const milliseconds: Kind = {
  takes: 'a number of milliseconds from 0',
  is: (value) => typeof value === 'number' && value >= 0,
};
const yesOrNo: Kind = { takes: 'true or false', is: (value) => typeof value === 'boolean' };
const seed: Kind = {
  takes: 'a whole number or a text',
  is: (value) => typeof value === 'string' || Number.isSafeInteger(value),
};
/** Far more than any check draws; fast-check would count up to any number. */
const maxPathLength = 1_000_000;
const path: Kind = {
  takes: 'a path as a failure prints it: numbers with colons between them, such as 12:0:3',
  is: (value) =>
    typeof value === 'string' &&
    /^(\d+(:\d+)*)?$/.test(value) &&
    value.split(':').every((step) => Number(step) <= maxPathLength),
};
const list: Kind = { takes: 'a list of scenarios', is: Array.isArray };
const schedules: Kind = {
  takes: 'a list of schedules, as `parseSchedule` reads them',
  is: (value) =>
    Array.isArray(value) &&
    value.every(
      (schedule) =>
        Array.isArray(schedule) &&
        schedule.every(({ step, session } = {}) => Number.isInteger(step) && Number.isInteger(session)),
    ),
};
const object: Kind = { takes: 'an object', is: (value) => typeof value === 'object' && value !== null };
const callback: Kind = { takes: 'a function', is: (value) => typeof value === 'function' };
const abortSignal: Kind = { takes: 'an AbortSignal', is: (value) => value instanceof AbortSignal };
const driver: Kind = {
  takes: 'a driver',
  is: (value) => typeof (value as { open?: unknown } | null)?.open === 'function',
};
const clients: Kind = {
  takes: 'what `processes` or `http` returns',
  is: (value) => typeof (value as { start?: unknown } | null)?.start === 'function',
};
const sessions: Kind = {
  takes: 'a whole number from 1',
  is: (value) => object.is(value) || wholeFromOne.is(value),
};

function oneOf(allowed: readonly string[]): Kind {
  return {
    takes: allowed.map((each) => `"${each}"`).join(', '),
    is: (value) => allowed.includes(value as string),
  };
}

const searchKinds: Readonly<Record<keyof SearchOptions, Kind>> = {
  engine: driver,
  clients,
  isolation: oneOf(isolationLevels),
  order: oneOf(orderRules),
  sessions,
  maxOperations: wholeFromOne,
  maxSchedules: wholeFromOne,
  maxSchedulesPerShrink: wholeFromOne,
  maxTotalSchedules: wholeFromOne,
  maxSchedulesWithoutNews: wholeFromOne,
  timeBudgetMs: milliseconds,
  signal: abortSignal,
  strategy: oneOf(strategyNames),
  reduction: yesOrNo,
  shrink: yesOrNo,
  limits: object,
  onProgress: callback,
};

const checkKinds: Readonly<Record<keyof CheckOptions, Kind>> = {
  ...searchKinds,
  numRuns: wholeFromOne,
  seed,
  path,
  examples: list,
  firstSchedules: schedules,
  fastCheck: object,
  lanes: wholeFromOne,
  certify: yesOrNo,
  maxSchedulesPerNeighbour: wholeFromOne,
  maxSchedulesToCertify: wholeFromOne,
  failOnWarnings: yesOrNo,
};

/** Options of `check` that fast-check takes itself if it runs the property. */
const fastChecksOwn: readonly string[] = ['numRuns', 'seed', 'path', 'examples'];

/** @throws Fault `bad-option` for an option that a property does not take: only `check` does, or fast-check itself */
export function assertSearchOptions(options: SearchOptions): void {
  const given: Readonly<Record<string, unknown>> = { ...options };
  const others = Object.keys(checkKinds).filter(
    (name) => !(name in searchKinds) && given[name] !== undefined,
  );
  const [name] = others;
  if (name === undefined) return;
  throw new Fault(`lockstepProperty does not take the option ${name}`, {
    code: 'bad-option',
    kind: 'usage',
    hint: fastChecksOwn.includes(name)
      ? `give it to fast-check: fc.assert(lockstepProperty(model, { engine }), { ${name}: ... })`
      : name === 'fastCheck'
        ? 'give these parameters to fc.assert'
        : 'use check or assertHolds, which take it',
  });
}

/** About as many as twenty scenarios of two sessions and two operations take, if these send a few statements each. */
const defaultBudget = 2_000;

/**
 * @param model its `check` gives the options that are not given here
 * @throws Fault `bad-option` naming the option and the values that it takes, or the option that was probably meant
 */
export function resolveOptions(options: CheckOptions, model: Pick<Model, 'check'> = {}): ResolvedOptions {
  const { isolation: _, ...declared } = withoutUndefined(model.check ?? {});
  const given = { ...declared, ...withoutUndefined(options) };
  if (!driver.is(given.engine)) {
    bad(
      'engine',
      driver.takes,
      "import { postgres } from 'pg-lockstep/postgres' and pass engine: postgres()",
    );
  }
  assertKnown('there is no such option', given, Object.keys(checkKinds));
  for (const [name, value] of Object.entries(given)) {
    const { takes, is } = checkKinds[name as keyof CheckOptions];
    if (!is(value)) bad(name, takes);
  }
  const { strategy = 'automatic', maxSchedules = 200, reduction = true, shrink = true } = given;
  const { min, max } = sessionsOf(given.sessions);
  return {
    ...given,
    isolation: given.isolation ?? levelsOf(model)[0] ?? 'read committed',
    order: given.order ?? 'session',
    strategy,
    reduction: reduction && learningStrategies.has(strategy),
    minSessions: min,
    maxSessions: max,
    maxOperations: given.maxOperations ?? 2,
    lanes: given.lanes ?? 1,
    numRuns: given.numRuns ?? 20,
    maxSchedules,
    maxSchedulesPerShrink: given.maxSchedulesPerShrink ?? maxSchedules,
    certify: given.certify ?? shrink,
    maxSchedulesPerNeighbour: given.maxSchedulesPerNeighbour ?? 2_000,
    maxSchedulesToCertify: given.maxSchedulesToCertify ?? 10_000,
    budget: given.maxTotalSchedules ?? defaultBudget,
    grows: { sessions: given.sessions === undefined, operations: given.maxOperations === undefined },
    limits: resolveLimits(given.limits ?? {}),
  };
}

function sessionsOf(given: CheckOptions['sessions']): { readonly min: number; readonly max: number } {
  if (typeof given === 'number') return { min: given, max: given };
  const { min, max } = given ?? { min: 2, max: 3 };
  if (given !== undefined) assertKnown('option sessions has no such part', given, ['min', 'max']);
  if (!wholeFromOne.is(min) || !wholeFromOne.is(max)) bad('sessions', wholeFromOne.takes);
  if (max < min) bad('sessions', 'min not above max');
  return { min, max };
}

/** @throws Fault `bad-option` for a limit that does not exist, or a wrong value */
export function resolveLimits(given: Partial<Limits>): Limits {
  const limits = withoutUndefined(given);
  assertKnown('there is no such limit', limits, Object.keys(defaultLimits));
  for (const [name, value] of Object.entries(limits)) {
    if (!wholeFromOne.is(value)) bad(`limits.${name}`, wholeFromOne.takes);
  }
  return { ...defaultLimits, ...limits };
}

function assertKnown(message: string, given: object, known: readonly string[]): void {
  const unknown = unknownKey(given, known);
  if (unknown !== undefined) throw new Fault(message, { code: 'bad-option', kind: 'usage', detail: unknown });
}

/** An option that is given as undefined counts as not given. */
function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

function bad(name: string, takes: string, hint?: string): never {
  throw new Fault(`option ${name} takes ${takes}`, { code: 'bad-option', kind: 'usage', hint });
}

/** @throws Fault `bad-option` if one of them is no scenario of the model */
export function assertExamples(model: Model, examples: readonly Scenario[]): void {
  for (const [index, example] of examples.entries()) {
    const problem = scenarioProblem(model, example);
    if (problem === undefined) continue;
    throw new Fault(`example ${index + 1} is no scenario of ${modelId(model)}`, {
      code: 'bad-option',
      kind: 'usage',
      detail: problem,
    });
  }
}
