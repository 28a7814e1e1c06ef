/** How the calls of one operation ended, and which other operations they overlapped with. */
import type { OperationCounts, OverlapCount } from '../core/interactions.ts';
import type { Answer, Call, Model } from '../core/model.ts';
import type { Meetings, OperationTallyCounts } from '../core/tally-counts.ts';
import { isAbort } from '../core/verdict.ts';
import { addCount, largest, maxListed, mergeCounts } from './counts.ts';

export class OperationTally {
  readonly operation: string;
  readonly counts: OperationTallyCounts = {
    calls: 0,
    returned: 0,
    aborted: 0,
    refused: 0,
    failed: 0,
    failure: undefined,
    overlapping: 0,
    overlappingInVain: 0,
    errors: new Map(),
    meetings: new Map(),
  };

  constructor(operation: string) {
    this.operation = operation;
  }

  /** @param overlapping whether the call overlapped with one of another session */
  add(model: Pick<Model, 'refusal'>, call: Call, answer: Answer, overlapping: boolean): void {
    const { counts } = this;
    counts.calls += 1;
    const aborted = isAbort(answer);
    const refused = !aborted && (model.refusal?.(answer, call) ?? false);
    if (aborted) counts.aborted += 1;
    else if (refused) counts.refused += 1;
    else if (answer.kind === 'returned') counts.returned += 1;
    else {
      counts.failed += 1;
      counts.failure ??= answer;
    }
    if (answer.kind === 'failed') addCount(counts.errors, answer.sqlstate ?? answer.name);
    if (!overlapping) return;
    counts.overlapping += 1;
    if (aborted || refused) counts.overlappingInVain += 1;
  }

  /** Counts a pair of calls, one of each operation. */
  static meet(one: OperationTally, other: OperationTally, overlapped: boolean): void {
    const [a, b] = one.operation <= other.operation ? [one, other] : [other, one];
    a.#addMeetings(b.operation, { pairs: 1, overlapped: overlapped ? 1 : 0 });
  }

  #addMeetings(other: string, more: Meetings): void {
    const known = this.counts.meetings.get(other);
    if (known === undefined) this.counts.meetings.set(other, { ...more });
    else {
      known.pairs += more.pairs;
      known.overlapped += more.overlapped;
    }
  }

  merge(more: OperationTallyCounts): void {
    const { counts } = this;
    counts.calls += more.calls;
    counts.returned += more.returned;
    counts.aborted += more.aborted;
    counts.refused += more.refused;
    counts.failed += more.failed;
    counts.failure ??= more.failure;
    counts.overlapping += more.overlapping;
    counts.overlappingInVain += more.overlappingInVain;
    mergeCounts(counts.errors, more.errors);
    for (const [other, each] of more.meetings) this.#addMeetings(other, each);
  }

  overlaps(): readonly OverlapCount[] {
    return [...this.counts.meetings].map(([other, each]) => ({
      operations: [this.operation, other],
      ...each,
    }));
  }

  summary(): OperationCounts {
    const { calls, returned, aborted, refused, failed, overlapping, overlappingInVain } = this.counts;
    const errors = largest(
      [...this.counts.errors].map(([error, times]) => ({ error, times })),
      maxListed,
      ({ times }) => times,
      ({ error }) => error,
    );
    const { operation } = this;
    return { operation, calls, returned, aborted, refused, failed, errors, overlapping, overlappingInVain };
  }
}
