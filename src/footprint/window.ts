/**
 * Switches happen between statements. Where one statement reads and then writes, others might come in between on a server, and
 * do not here: a window that is not searched.
 */
import { temporary, type Plan } from './plans.ts';

/**
 * Whether it read rows that it did not lock, and wrote: in another statement, as functions and triggers do, or the same table,
 * as `insert ... where not exists` does.
 *
 * @param wholes by partition: the partitioned table
 */
export function readsBeforeItWrites(plans: readonly Plan[], wholes: ReadonlyMap<string, string>): boolean {
  const own = plans.filter(({ isKeyCheck }) => !isKeyCheck);
  const touches = (table: string, index: number): { table: string; index: number }[] =>
    temporary.test(table) ? [] : [{ table: wholes.get(table) ?? table, index }];
  const written = own.flatMap(({ modifications }, index) =>
    modifications.flatMap(({ table }) => touches(table, index)),
  );
  const read = own.flatMap(({ scans }, index) =>
    scans.flatMap(({ table, lock }) => (lock === undefined ? touches(table, index) : [])),
  );
  return read.some((each) =>
    written.some(({ table, index }) => index !== each.index || table === each.table),
  );
}
