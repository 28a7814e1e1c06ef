/**
 * The two steps that a story marks: the pair whose order decides, as a person can mend it. The experiment that finds the
 * pair swaps steps, and often the decisive step is the COMMIT that published a write. Nobody mends a COMMIT, so the write
 * is marked in its place.
 */
import type { StepRef } from '../core/explanation.ts';
import { isEnd, type History } from '../core/history.ts';
import type { Counterexample } from '../core/result.ts';

export interface RacingStep extends StepRef {
  /** The end of its transaction, if the experiment moved that and not the step itself. */
  readonly end: number | undefined;
}

type RaceWithHistory = Pick<Counterexample, 'explanation' | 'history'>;

/** In the order of the failing schedule; undefined if no pair was found. */
export function racingSteps({
  explanation,
  history,
}: RaceWithHistory): { readonly first: RacingStep; readonly second: RacingStep } | undefined {
  const pair = explanation?.racingPair;
  if (pair === undefined) return undefined;
  const ends = transactionEnds(history);
  const written = ({ session, step }: StepRef): RacingStep => {
    if (!ends.has(step)) return { session, step, end: undefined };
    const before = history.flatMap((event) =>
      event.kind === 'released' && event.session === session && event.step < step && ends.has(event.step)
        ? [event.step]
        : [],
    );
    const begin = before.at(-1) ?? -1;
    const steps = (explanation?.evidence ?? [])
      .flatMap(({ kind, from, to, fromStep, toStep }) => [
        ...(kind !== 'rw' && from.session === session ? [fromStep] : []),
        ...(kind !== 'wr' && to.session === session ? [toStep] : []),
      ])
      .filter((each) => each > begin && each < step);
    const [write] = steps;
    return write === undefined ? { session, step, end: undefined } : { session, step: write, end: step };
  };
  return { first: written(pair.first), second: written(pair.second) };
}

function transactionEnds(history: History): ReadonlySet<number> {
  return new Set(
    history.flatMap((event) => (event.kind === 'released' && isEnd(event.statement) ? [event.step] : [])),
  );
}
