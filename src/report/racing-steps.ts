/**
 * The two steps that a story marks: the pair whose order decides, as a person can mend it. The experiment that finds the
 * pair swaps steps, and often the decisive step is the COMMIT that published a write. Nobody mends a COMMIT, so the write
 * is marked in its place.
 */
import type { StepRef } from '../core/explanation.ts';
import type { Counterexample } from '../core/result.ts';
import { statementsIn, transactionKey, type SentStatement } from '../core/sent-statements.ts';

export interface RacingStep extends StepRef {
  /** The COMMIT of its transaction, if the experiment moved that and not the step itself. */
  readonly committed: number | undefined;
}

type RaceWithHistory = Pick<Counterexample, 'explanation' | 'history'>;

/** In the order of the failing schedule; undefined if no pair was found. */
export function racingSteps({
  explanation,
  history,
}: RaceWithHistory): { readonly first: RacingStep; readonly second: RacingStep } | undefined {
  const pair = explanation?.racingPair;
  if (pair === undefined) return undefined;
  const statements = new Map(statementsIn(history).map((each) => [each.step, each]));
  const written = (ref: StepRef): RacingStep => {
    const commit = statements.get(ref.step);
    if (commit === undefined || !hasCommitted(commit)) return { ...ref, committed: undefined };
    const step = (explanation?.evidence ?? [])
      .flatMap(({ kind, fromStep, toStep }) => [
        ...(kind === 'rw' ? [] : [fromStep]),
        ...(kind === 'wr' ? [] : [toStep]),
      ])
      .find((each) => each !== ref.step && isOneTransaction(commit, statements.get(each)));
    return step === undefined
      ? { ...ref, committed: undefined }
      : { session: ref.session, step, committed: ref.step };
  };
  return { first: written(pair.first), second: written(pair.second) };
}

/** A COMMIT of a transaction that had failed is answered by ROLLBACK; in results of 0.1.0 no transaction is known. */
function hasCommitted({ statement, reply }: SentStatement): boolean {
  const failed = reply?.kind === 'error' || reply?.command === 'ROLLBACK';
  return statement.kind === 'commit' && statement.transaction !== undefined && !failed;
}

function isOneTransaction(one: SentStatement, other: SentStatement | undefined): boolean {
  return other !== undefined && transactionKey(one) === transactionKey(other);
}
