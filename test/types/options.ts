/** What the compiler must accept and refuse of options. `npm run typecheck` compiles this file; nothing runs it. */
import {
  check,
  lockstepProperty,
  type CheckOptions,
  type CheckResult,
  type Driver,
  type Model,
  type RecordedCheckOptions,
  type SearchOptions,
} from '../../src/index.ts';

declare const model: Model;
declare const engine: Driver;
declare const search: SearchOptions;
declare const options: CheckOptions;
declare const result: CheckResult;

lockstepProperty(model, { engine, maxSchedules: 5, shrink: false });
lockstepProperty(model, search);
lockstepProperty(model, { ...search, numRuns: undefined });
// @ts-expect-error fast-check takes the number of runs
lockstepProperty(model, { engine, numRuns: 5 });
// @ts-expect-error fast-check takes the seed
lockstepProperty(model, { engine, seed: 1 });
// @ts-expect-error only a check has lanes
lockstepProperty(model, { engine, lanes: 2 });
// @ts-expect-error only a check has an end at which it could fail on warnings
lockstepProperty(model, { ...search, failOnWarnings: true });
const inVariable = { engine, examples: [] };
// @ts-expect-error an option that only a check takes is refused in a variable, too
lockstepProperty(model, inVariable);
// @ts-expect-error and so are the options of a check
lockstepProperty(model, options);

/** Options that a result does not record: setting and seed hold the first three, the others are no data or change nothing. */
type Unrecorded =
  'isolation' | 'order' | 'seed' | 'engine' | 'clients' | 'signal' | 'onProgress' | 'fastCheck' | 'lanes';
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
export const everyOtherIsRecorded: Same<
  Exclude<keyof CheckOptions, Unrecorded>,
  Exclude<keyof RecordedCheckOptions, 'kind'>
> = true;

if (result.options?.kind === 'check') {
  const { kind: _, ...recorded } = result.options;
  // They are options of `check` as they are.
  void check(model, { engine, ...recorded });
}

if (result.verdict === 'violated') result.counterexample.replay satisfies string;
else result.counterexample satisfies undefined;
if (result.verdict === 'inconclusive') result.inconclusive.kind satisfies string;
// @ts-expect-error only one of the verdicts has a counterexample
result.counterexample.replay satisfies string;
