/** A race in one line, for lists of races. */
import type { Counterexample } from '../core/result.ts';
import { listed, oneLine } from './text.ts';
import { violationTitle } from './violation-text.ts';

/** `lost update (P4): deposit and deposit`; the model, the engine and the level are said beside it. */
export function raceTitle(
  counterexample: Pick<Counterexample, 'violation' | 'setting' | 'explanation' | 'scenario'>,
): string {
  const names = counterexample.scenario.sessions.flat().map(({ operation }) => operation);
  return oneLine(`${violationTitle(counterexample)}: ${listed(names.toSorted())}`);
}
