/** What became of the rows that each step wrote: they were published to others, or undone. */
import type { History } from '../core/history.ts';
import { endsTransaction, statementsIn, transactionKey } from '../core/sent-statements.ts';

export interface Fates {
  /** By step: the step in which its rows became visible to others. */
  readonly published: ReadonlyMap<number, number>;
  /** By step: the step in which its rows were taken back. */
  readonly undone: ReadonlyMap<number, number>;
}

/** Steps of a transaction that is not over, and how many of them came before each of its savepoints. */
interface Pending {
  readonly steps: number[];
  readonly savepoints: Map<string, number>;
}

export function fatesOf(history: History): Fates {
  const published = new Map<number, number>();
  const undone = new Map<number, number>();
  const transactions = new Map<string, Pending>();
  for (const each of statementsIn(history)) {
    const { step, reply, during } = each;
    const { savepoint } = each.statement;
    const key = transactionKey(each);
    const pending = transactions.get(key) ?? { steps: [], savepoints: new Map<string, number>() };
    transactions.set(key, pending);
    if (savepoint !== undefined && 'set' in savepoint)
      pending.savepoints.set(savepoint.set, pending.steps.length);
    if (step === undefined || during === undefined) continue;
    if (savepoint !== undefined && 'restored' in savepoint && reply?.kind === 'rows') {
      const from = pending.savepoints.get(savepoint.restored) ?? 0;
      for (const later of pending.steps.splice(from)) undone.set(later, during);
      continue;
    }
    pending.steps.push(step);
    if (!endsTransaction(each)) continue;
    const kept = reply?.kind === 'rows' && reply.command !== 'ROLLBACK';
    for (const own of pending.steps) (kept ? published : undone).set(own, during);
    transactions.delete(key);
  }
  return { published, undone };
}
