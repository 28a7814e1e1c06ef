/**
 * Ids of transactions that a session remembers, as versions of rows. Restoring a row gives it another transaction, so a
 * remembered version fits only if no row was restored between the operations.
 */
import type { Kept } from '../engine/kept.ts';
import { isTransaction, type Span } from '../oracle/tokens.ts';
import { textsIn } from '../oracle/values.ts';

export function transactionsIn(memory: unknown, span: Span): readonly Kept[] {
  if (span.transactions === undefined) return [];
  const found = [...textsIn(memory)].some(
    (text) => /^\d+$/.test(text) && isTransaction(text, { spans: [span] }),
  );
  return found ? [{ what: 'a transaction’s id (xmin)', shared: false }] : [];
}
