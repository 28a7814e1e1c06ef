/**
 * Ids of transactions that a session remembers, as versions of rows. Restoring a row gives it another transaction, so a
 * remembered version fits only if no row was restored between the operations.
 */
import type { Remnant } from '../core/remnant.ts';
import { isTransaction, type Span } from '../oracle/spans.ts';
import { textsIn } from '../oracle/values.ts';

export function transactionsIn(memory: unknown, span: Span): readonly Remnant[] {
  if (span.transactions === undefined) return [];
  const found = [...textsIn(memory)].some((text) => /^\d+$/.test(text) && isTransaction(text, [span]));
  return found ? [{ kind: 'transaction id', names: [], shared: false }] : [];
}
