/** How the calls of one operation ended, and which other operations they overlapped with. */
import type { OperationCounts, OverlapCount } from '../core/interactions.ts';
import type { Answer, Call, Model } from '../core/model.ts';
import { isAbort } from '../core/verdict.ts';
import { Counts, largest, maxListed } from './counts.ts';

type FailedAnswer = Extract<Answer, { kind: 'failed' }>;

/** Pairs of calls of two operations in different sessions, and how many of them overlapped. */
interface Meetings {
  pairs: number;
  overlapped: number;
}

export class OperationTally {
  readonly operation: string;
  calls = 0;
  returned = 0;
  aborted = 0;
  refused = 0;
  failed = 0;
  /** The first failure that was neither an abort nor refused. */
  failure: FailedAnswer | undefined;
  #overlapping = 0;
  #overlappingInVain = 0;
  readonly #errors = new Counts();
  /** By the other operation, at the one of the two whose name comes first. */
  readonly #meetings = new Map<string, Meetings>();

  constructor(operation: string) {
    this.operation = operation;
  }

  /** @param overlapping whether the call overlapped with one of another session */
  add(model: Pick<Model, 'refusal'>, call: Call, answer: Answer, overlapping: boolean): void {
    this.calls += 1;
    const aborted = isAbort(answer);
    const refused = !aborted && (model.refusal?.(answer, call) ?? false);
    if (aborted) this.aborted += 1;
    else if (refused) this.refused += 1;
    else if (answer.kind === 'returned') this.returned += 1;
    else {
      this.failed += 1;
      this.failure ??= answer;
    }
    if (answer.kind === 'failed') this.#errors.add(answer.sqlstate ?? answer.name);
    if (!overlapping) return;
    this.#overlapping += 1;
    if (aborted || refused) this.#overlappingInVain += 1;
  }

  /** Counts a pair of calls, one of each operation. */
  static meet(one: OperationTally, other: OperationTally, overlapped: boolean): void {
    OperationTally.#addMeetings(one, other, { pairs: 1, overlapped: overlapped ? 1 : 0 });
  }

  static #addMeetings(one: OperationTally, other: OperationTally, more: Meetings): void {
    const [a, b] = one.operation <= other.operation ? [one, other] : [other, one];
    const known = a.#meetings.get(b.operation);
    if (known === undefined) a.#meetings.set(b.operation, { ...more });
    else {
      known.pairs += more.pairs;
      known.overlapped += more.overlapped;
    }
  }

  /** @param tallyOf the tally of an operation by its name, where this one is */
  merge(more: OperationTally, tallyOf: (operation: string) => OperationTally): void {
    this.calls += more.calls;
    this.returned += more.returned;
    this.aborted += more.aborted;
    this.refused += more.refused;
    this.failed += more.failed;
    this.failure ??= more.failure;
    this.#errors.merge(more.#errors);
    this.#overlapping += more.#overlapping;
    this.#overlappingInVain += more.#overlappingInVain;
    for (const [partner, each] of more.#meetings) OperationTally.#addMeetings(this, tallyOf(partner), each);
  }

  /** Different errors, and operations that a call of this one overlapped with. */
  get sights(): number {
    const overlapped = [...this.#meetings.values()].filter((each) => each.overlapped > 0);
    return this.#errors.size + overlapped.length;
  }

  overlaps(): readonly OverlapCount[] {
    return [...this.#meetings].map(([other, each]) => ({ operations: [this.operation, other], ...each }));
  }

  counts(): OperationCounts {
    const { operation, calls, returned, aborted, refused, failed } = this;
    const errors = largest(
      this.#errors.entries().map(([error, times]) => ({ error, times })),
      maxListed,
      ({ times }) => times,
      ({ error }) => error,
    );
    const [overlapping, overlappingInVain] = [this.#overlapping, this.#overlappingInVain];
    return { operation, calls, returned, aborted, refused, failed, errors, overlapping, overlappingInVain };
  }
}
