/**
 * The versions of each row that an execution wrote, in order (Adya 1999: a version order per object). A write records the
 * row's content before and after, so it continues the line whose last version has the content before. Rows with equal
 * content are interchangeable.
 */
import type { ObservedStatement } from './observed.ts';

export interface Version {
  /** The content's number; undefined if the row does not exist (not yet, or no longer). */
  readonly row: number | undefined;
  /** The statement that wrote it; undefined for the starting content. */
  readonly by: ObservedStatement | undefined;
  /** Place in the order in which statements took effect. */
  readonly at: number;
}

export interface Line {
  readonly table: string;
  /** The first is the row's state before any write. */
  readonly versions: Version[];
}

export interface Versions {
  readonly lines: readonly Line[];
  /** Place of each statement in the order in which they took effect. */
  readonly place: ReadonlyMap<ObservedStatement, number>;
}

export function versionsOf(statements: readonly ObservedStatement[]): Versions {
  const lines: Line[] = [];
  const place = new Map<ObservedStatement, number>();
  const steps = [...new Set(statements.map(({ during }) => during))].sort((a, b) => a - b);
  for (const during of steps) {
    // The statements that end in one step: its own first, then those that it unblocked, each after the one it continues.
    let left = statements
      .filter((statement) => statement.during === during)
      .sort((a, b) => Number(b.step === during) - Number(a.step === during) || a.step - b.step);
    while (left.length > 0) {
      const next = left.find((statement) => fits(lines, statement)) ?? left[0];
      if (next === undefined) break;
      place.set(next, place.size);
      write(lines, next, place.size - 1);
      left = left.filter((statement) => statement !== next);
    }
  }
  return { lines, place };
}

function fits(lines: readonly Line[], statement: ObservedStatement): boolean {
  return statement.writes.every(
    ({ table, before }) =>
      before === undefined ||
      statement.writes.some(({ after }) => after === before) ||
      lineEndingIn(lines, table, before, statement) !== undefined ||
      !lines.some((line) => line.table === table && line.versions.some(({ row }) => row === before)),
  );
}

function write(lines: Line[], statement: ObservedStatement, at: number): void {
  for (const { table, before, after } of statement.writes) {
    let line = before === undefined ? undefined : lineEndingIn(lines, table, before, statement);
    if (line === undefined) {
      line = { table, versions: [{ row: before, by: undefined, at: -1 }] };
      lines.push(line);
    }
    line.versions.push({ row: after, by: statement, at });
  }
}

/** The line whose newest version, as the statement finds it, has this content; a line that its transaction wrote comes first. */
function lineEndingIn(
  lines: readonly Line[],
  table: string,
  row: number,
  statement: ObservedStatement,
): Line | undefined {
  const candidates = lines.filter((line) => line.table === table && newestFor(line, statement)?.row === row);
  return (
    candidates.find((line) => newestFor(line, statement)?.by?.transaction === statement.transaction) ??
    candidates[0]
  );
}

function newestFor(line: Line, statement: ObservedStatement): Version | undefined {
  return line.versions.findLast(
    ({ by }) => by === undefined || by.undone === undefined || by.undone > statement.during,
  );
}

/** The starting version and those that were published, in the order in which Adya's history installs them. */
export function installed(line: Line): readonly Version[] {
  return line.versions.filter(({ by }) => by === undefined || by.published !== undefined);
}
