/** What came of an execution, for comparison: answers, final rows wherever they stand in their tables, and how it ended. */
import { canonicalText } from '../../src/core/plain.ts';
import type { LaneExecution } from '../../src/engine/lane.ts';

export function outcomeText({ answers, final, end }: LaneExecution): string {
  const tables = Object.values(final.tables).map(({ rows }) =>
    rows.map((row) => JSON.stringify(row)).toSorted(),
  );
  return canonicalText([answers, tables, final.sequences, end.kind]);
}
