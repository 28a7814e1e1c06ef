/**
 * A property over a model: for every generated scenario, every schedule that is run has a serial witness. It is a
 * fast-check property, so that seeds, paths, numRuns, examples and reporters work as its users expect.
 */
import type { Model } from '../core/model.ts';
import { Experiment } from './experiment.ts';
import type { PropertyOptions, SearchOptions } from './options.ts';
import { assertSearchOptions } from './resolve-options.ts';

/**
 * The shape that `fc.assert` and `fc.check` take, without fast-check's classes: its types come twice, for `import` and for
 * `require`, and a program has one of them.
 */
export interface LockstepProperty {
  isAsync(): true;
  generate(random: any, runId?: number): any;
  shrink(value: any): any;
  run(scenario: any): Promise<any>;
  runBeforeEach: () => Promise<void>;
  runAfterEach: () => Promise<void>;
}

/**
 * The model as a fast-check property, for `fc.assert` and `fc.check`: it fails if some schedule of a scenario has no serial
 * witness. The engine starts with the first scenario and is kept for the next ones; the process can end without closing
 * it.
 *
 * @throws Fault `bad-option` at once if an option is wrong, or one that only `check` takes (`numRuns`, `seed`, `path` and
 *   `examples` are given to `fc.assert`); `bad-model` if the model is wrong
 *
 * @example
 * await fc.assert(lockstepProperty(bankAccount, { engine: postgres() }), { numRuns: 50, seed: 7 });
 */
export function lockstepProperty(model: Model, options: PropertyOptions): LockstepProperty {
  assertSearchOptions(options);
  const search: SearchOptions = options;
  return new Experiment(model, search).property();
}
