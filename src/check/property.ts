/**
 * A property over a model: for every generated scenario, every schedule that is run has a serial witness. It is a
 * fast-check property, so that seeds, paths, numRuns, examples and reporters work as its users expect.
 */
import type fc from 'fast-check';
import type { Model } from '../core/model.ts';
import type { Scenario } from '../core/scenario.ts';
import { Experiment } from './experiment.ts';
import type { SearchOptions } from './options.ts';
import { assertSearchOptions } from './resolve-options.ts';

/**
 * The model as a fast-check property, for use with `fc.assert` and `fc.check`: it fails where some schedule of a
 * scenario has no serial witness. The engine starts with the first scenario and is kept for the next ones; the
 * process can end without closing it.
 *
 * @throws Fault `bad-option` at once when an option is wrong, or one that only `check` takes (`numRuns`, `seed`, `path` and
 *   `examples` are given to `fc.assert`); `bad-model` when the model is
 *
 * @example
 * await fc.assert(lockstepProperty(bankAccount, { engine: postgres() }), { numRuns: 50, seed: 7 });
 */
export function lockstepProperty(
  model: Model,
  options: SearchOptions,
): fc.IAsyncPropertyWithHooks<[Scenario]> {
  assertSearchOptions(options);
  return new Experiment(model, options).property();
}
