/** A timeline with fewer rows, if there is little room. */
import type { Entry, TimelineRow } from './timeline.ts';

/**
 * Fewer rows that say the same: a transaction's BEGIN goes, since its commit or rollback implies it, and an answer moves
 * beside the statement before it, if that has room.
 *
 * @param brief whether answers without room there go, unless they are errors, and repeated steps become one line
 */
export function tightened(rows: readonly TimelineRow[], brief: boolean = false): readonly TimelineRow[] {
  const kept: TimelineRow[] = [];
  for (const row of rows) {
    const entries = row.cells.flatMap((cell) => cell ?? []);
    if (row.step === undefined && entries.every(({ tone }) => tone === 'faint')) continue;
    const before = kept.at(-1);
    const [only, ...others] = entries;
    const [above, ...more] = before?.cells.flatMap((cell) => cell ?? []) ?? [];
    const joins =
      only?.answers === true &&
      above?.session === only.session &&
      above.mark === undefined &&
      row.step === undefined;
    const mark = typeof only?.body === 'string' ? only.body : undefined;
    if (before === undefined || mark === undefined || !joins || others.length + more.length > 0) {
      const answers = entries.every((entry) => entry.answers === true && entry.tone !== 'bad');
      if (!brief || row.step !== undefined || !answers) kept.push(row);
    } else {
      const cells = before.cells.map((cell) => cell && { ...cell, mark, markTone: only.tone });
      kept[kept.length - 1] = { ...before, cells };
    }
  }
  return brief ? withoutRepeats(kept) : kept;
}

/** If more rows than this say the same, one is shown, and one that counts the others. */
const maxAlike = 2;

function withoutRepeats(rows: readonly TimelineRow[]): readonly TimelineRow[] {
  const kept: TimelineRow[] = [];
  for (let at = 0; at < rows.length;) {
    const row = rows[at];
    if (row === undefined) break;
    let end = at + 1;
    while (isAlike(row, rows[end])) end += 1;
    const last = rows[end - 1];
    if (end - at <= maxAlike || last?.step === undefined) kept.push(...rows.slice(at, end));
    else kept.push(row, repeatRow(row, last.step));
    at = end;
  }
  return kept;
}

/** `.. the same until step 11`, below the first of them. */
function repeatRow(row: TimelineRow, until: number): TimelineRow {
  const cells = row.cells.map(
    (cell): Entry | undefined =>
      cell && { ...cell, body: `.. the same until step ${until}`, mark: undefined, tone: 'faint' },
  );
  return { ...row, step: undefined, cells };
}

/** Whether one session does the same in both rows, with the same reply, and neither step is marked. */
function isAlike(one: TimelineRow, two: TimelineRow | undefined): boolean {
  if (two === undefined || one.step === undefined || two.step === undefined) return false;
  return one.racing !== true && two.racing !== true && textOf(one) === textOf(two);
}

function textOf({ cells }: TimelineRow): string {
  return JSON.stringify(cells.map((cell) => cell && [cell.body, cell.mark]));
}
