/** Why an execution, an operation or a replay was not judged, and why a search ended early, in words. */
import type { Violation } from '../core/verdict.ts';

/** An operation run alone did not end, so there is nothing to compare with. */
export function endlessOperationText(operation: string, why: string): string {
  return `operation ${operation}, run alone, does not end: ${why}`;
}

/** Nothing else is running that could wake it. */
export const awaitsForEverText: string = 'it awaits something that nobody will bring, outside the database';

/** @param orders serial orders that were run whole */
export function moreWholeOrdersText(orders: number): string {
  return `connections keep something from one operation to the next; none of the first ${orders} serial orders gives this outcome, and there are more`;
}

/** A violation that is none once the operations are learned again. */
export const relearnedTexts: { readonly first: string; readonly second: string } = {
  first: 'no serial order gave the outcome',
  second: 'run alone once more, an operation gave something else, and one does',
};

/** @param kind how an execution of the schedule ended */
export function scheduleEndText(kind: string): string {
  return `the schedule: ${kind}`;
}

/** @param violation of one round of a replay */
export function roundText(violation: Violation | undefined): string {
  return violation === undefined ? 'it passed' : `it failed: ${violation.kind}`;
}

/** Why nothing more was begun; undefined if there was no reason. */
export function stopText({
  aborted,
  expired,
}: {
  readonly aborted: boolean;
  readonly expired: boolean;
}): string | undefined {
  if (aborted) return 'it was interrupted';
  return expired ? 'the time ended' : undefined;
}
