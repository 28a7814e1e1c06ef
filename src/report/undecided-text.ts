/** Why an execution, an operation or a replay was not judged, and why a search ended early, in words. */
import type { Undecided, Violation } from '../core/verdict.ts';

type JudgementLimitHit = Extract<Undecided, { readonly kind: 'limit' }>;

/** An operation run alone did not end, so there is nothing to compare with. */
export function endlessOperationText(operation: string, why: string): string {
  return `operation ${operation}, run alone, does not end: ${why}`;
}

/** Nothing else is running that could wake it. */
export const awaitsForEverText: string = 'it awaits something that nobody will bring, outside the database';

/** How far the search for a serial order came. */
export function judgementLimitText({ limit, after }: Pick<JudgementLimitHit, 'limit' | 'after'>): string {
  switch (limit) {
    case 'maxSerialNodes':
      return `${after} serial prefixes were tried, and there are more`;
    case 'maxComparedRows':
      return `whether two outcomes are the same up to generated values was not clear after looking at ${after} rows`;
    case 'maxSpecifiedSteps':
      return `the specification agreed with the code for ${after} steps of serial orders, and there are more`;
    case 'maxWholeOrders':
      return `connections keep something from one operation to the next; none of the first ${after} serial orders gives this outcome, and there are more`;
  }
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
