/**
 * Which steps took the lock that a statement would wait for. Between the step that took the lock and the step that releases
 * it, the statement only waits. So to run the two in the opposite order, it must come before the lock was taken.
 */
import { certainlyTakes, keepsOut, type AdvisoryRequest } from './advisory.ts';
import type { Claims } from '../core/footprint.ts';
import type { Locks } from './locks.ts';
import { certainLocks, type SentStep } from './sent.ts';
import { claimsMeet } from './waiting.ts';

/** The locks that a session certainly holds and that keep the waiter out. */
class Holdings {
  readonly #locks: Locks;
  readonly #waiter: SentStep;
  #byTransaction = false;
  /** A session's lock is held until it has been released as often as it was taken. */
  #bySession = 0;

  constructor(locks: Locks, waiter: SentStep) {
    this.#locks = locks;
    this.#waiter = waiter;
  }

  get certainly(): boolean {
    return this.#byTransaction || this.#bySession > 0;
  }

  after(each: SentStep): void {
    const { touched, reply } = each;
    // It may have released any lock; an error releases them at once.
    if (touched.opaque) [this.#byTransaction, this.#bySession] = [false, 0];
    if (each.endsPart) this.#byTransaction = false;
    const [wanted] = this.#waiter.touched.advisory;
    if (wanted === undefined) this.#byTransaction ||= this.#holdsRow(each);
    else if (!touched.opaque)
      for (const request of touched.advisory) this.#afterRequest(request, wanted, reply);
    if (each.endsTransaction) this.#byTransaction = false;
  }

  #afterRequest(request: AdvisoryRequest, wanted: AdvisoryRequest, reply: SentStep['reply']): void {
    if (request.kind === 'give all') this.#bySession = 0;
    else if (request.kind === 'give') this.#bySession = Math.max(0, this.#bySession - 1);
    else if (!keepsOut(request, wanted) || !certainlyTakes(request, reply)) return;
    else if (request.scope === 'session') this.#bySession += 1;
    else this.#byTransaction = true;
  }

  #holdsRow(holder: SentStep): boolean {
    if (holder.reply?.kind !== 'rows' || holder.touched.opaque) return false;
    const certain: Claims = { locks: certainLocks(holder), writes: holder.touched.writes };
    const { locks } = this.#waiter.touched;
    return locks.every((lock) => {
      const row = this.#locks.universe.onlyRow(lock);
      return row !== undefined && this.#locks.holds(certain, locks, row);
    });
  }
}

/**
 * The steps before `first` that may have taken the lock that the waiter waits for, and `first` itself unless the lock was
 * certainly held by then. A row stays locked until the end of its transaction; an advisory lock may last longer.
 */
export function takersOf(
  locks: Locks,
  sent: readonly (SentStep | undefined)[],
  first: number,
  waiter: SentStep,
): readonly number[] {
  const giver = sent[first];
  if (giver === undefined) return [first];
  const outlives = waiter.touched.advisory.length > 0;
  const held = new Holdings(locks, waiter);
  const taking: number[] = [];
  for (const [place, each] of sent.slice(0, first).entries()) {
    if (each?.session !== giver.session || !(outlives || each.transaction === giver.transaction)) continue;
    if (!held.certainly && mayTake(locks, each, waiter)) taking.push(place);
    held.after(each);
  }
  return held.certainly ? taking : [...taking, first];
}

function mayTake(locks: Locks, each: SentStep, waiter: SentStep): boolean {
  const { opaque, advisory } = each.touched;
  if (opaque) return true;
  const givesOnly =
    advisory.length > 0 && advisory.every(({ kind }) => kind === 'give' || kind === 'give all');
  return !givesOnly && claimsMeet(locks, each, waiter);
}
