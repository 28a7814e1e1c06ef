/**
 * A statement may wait for one lock before anything else, and then see exactly what it would have seen if it had been sent
 * when the lock was free. Then it counts as sent in that moment. READ COMMITTED takes the newest version of a row that it
 * had to wait for (Postgres manual, section 13.2.1), so this holds if that row is still the one that it asked for.
 */
import type { Claims, Footprint, RowWrite } from '../core/footprint.ts';
import type { SentStep } from './sent.ts';
import { sameResource } from './statements.ts';
import type { Locks } from './locks.ts';
import type { Universe } from './universe.ts';

/** Whether the statement's effect depends only on one lock, so that waiting for it changes nothing. */
export function canComeLater(universe: Universe, { transaction, touched, statement }: SentStep): boolean {
  if (transaction.level !== 'read committed' || touched.opaque || touched.plans !== 1) return false;
  const { reads, locks, resources, writes, advisory } = touched;
  if (reads.length === 0) {
    const [request] = advisory;
    return resources.length === 1 && request?.kind === 'take' && request.certain && request.key !== undefined;
  }
  const [lock, ...others] = locks;
  if (lock === undefined || others.length > 0 || reads.length > 1 || resources.length > 0) return false;
  // NOWAIT and SKIP LOCKED do not wait.
  if (/\b(?:nowait|skip\s+locked)\b/i.test(statement.text) || touched.onConflict) return false;
  const only = universe.onlyRow(lock);
  return only !== undefined && writes.every((write) => universe.isVersionOf(write, only));
}

/** Whether these published rows leave the statement its row. */
function leavesRow(universe: Universe, { touched }: SentStep, published: readonly RowWrite[]): boolean {
  return published.every((write) =>
    touched.reads.every((set) => !universe.affects(write, set) || universe.staysIn(write, set)),
  );
}

export function claimsMeet(locks: Locks, a: SentStep, b: SentStep): boolean {
  return (
    locks.conflict(claimsOf(a), claimsOf(b)) ||
    a.touched.resources.some((resource) => b.touched.resources.some((other) => sameResource(resource, other)))
  );
}

function claimsOf({ touched }: SentStep): Claims {
  return touched;
}

/** The part of a step's footprint that decides whether another step may be moved past it. */
type PassedStep = Pick<Footprint, 'opaque' | 'publishes'>;

/**
 * The order in which the steps count: each waiting statement that could have come later comes right after the step that
 * unblocked it.
 */
export function asIfSentLater(
  locks: Locks,
  sent: readonly (SentStep | undefined)[],
  steps: readonly PassedStep[],
): { readonly order: readonly number[]; readonly moved: ReadonlySet<number> } {
  const { universe } = locks;
  const since = ({ step, during = step }: SentStep): readonly SentStep[] =>
    sent.slice(step + 1, during + 1).filter((each) => each !== undefined);
  let moved = sent.filter((each): each is SentStep => {
    if (each?.during === undefined || each.during === each.step || !canComeLater(universe, each))
      return false;
    const passed = steps.slice(each.step + 1, each.during + 1);
    // Its waiting may cause an error: a deadlock has at least two sides. And an unknown step may hold the lock.
    if (passed.some((step) => step.opaque)) return false;
    const published = passed.flatMap((step) => step.publishes);
    return leavesRow(universe, each, published);
  });
  // A session that asked for the same lock meanwhile is behind it, and the queue must keep its order.
  const overtakes = (waiter: SentStep): boolean => {
    const { during = waiter.step } = waiter;
    return since(waiter).some(
      (other) =>
        other.session !== waiter.session &&
        other.transaction !== sent[during]?.transaction &&
        claimsMeet(locks, other, waiter) &&
        !(moved.includes(other) && other.during !== undefined && other.during >= during),
    );
  };
  // A statement that stays in its place keeps those ahead of it in their places too.
  for (let count = -1; count !== moved.length;) {
    count = moved.length;
    moved = moved.filter((waiter) => !overtakes(waiter));
  }
  const order: number[] = [];
  for (let step = 0; step < steps.length; step += 1) {
    if (!moved.some((each) => each.step === step)) order.push(step);
    order.push(...moved.filter(({ during }) => during === step).map((each) => each.step));
  }
  return { order, moved: new Set(moved.map((each) => each.step)) };
}
