/**
 * The versions of each row that an execution wrote, in order (Adya 1999: a version order per object). A write
 * tells the row's content before and after, so it continues the line whose last version has that content; rows with equal
 * content are interchangeable.
 */
import type { ObservedStatement } from './observed.ts';

export interface Version {
  /** The content's number; undefined where the row does not exist (not yet, or no more). */
  readonly row: number | undefined;
  /** Who wrote it; undefined for what was there at the start. */
  readonly by: ObservedStatement | undefined;
  /** Place in the order in which statements took effect. */
  readonly at: number;
}

export interface Line {
  readonly table: string;
  /** The first is the state before anything was written. */
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
    // What ends in one step: its own statement first, then those that it let go on, as they follow on each other.
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

/** The line whose newest version, as the statement finds it, has this content; what it wrote itself comes first. */
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

/** Versions that were published, the first among them: the order in which Adya's history installs them. */
export function installed(line: Line): readonly Version[] {
  return line.versions.filter(({ by }) => by === undefined || by.published !== undefined);
}
