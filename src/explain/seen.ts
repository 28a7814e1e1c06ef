/**
 * Which version of each written row every read saw. This follows from how Postgres takes snapshots (one per statement at
 * READ COMMITTED, one per transaction above it). The reply has the last word: if it shows a row by its key with the content
 * of another version, the read saw that version.
 */
import { looksSame } from './contents.ts';
import { heldByOthers } from './found-locked.ts';
import type { Knowledge, ObservedStatement, Read } from './observed.ts';
import type { Line, Version, Versions } from './versions.ts';

export interface Sight {
  readonly statement: ObservedStatement;
  readonly read: Read;
  readonly line: Line;
  readonly version: Version;
  /** Whether the version is among the rows that meet the read's condition. */
  readonly met: boolean;
}

export function sightsOf(
  statements: readonly ObservedStatement[],
  versions: Versions,
  knowledge: Knowledge,
): readonly Sight[] {
  return statements.flatMap((statement) => {
    const passedOver = statement.skips ? heldByOthers(statement, statements, versions, knowledge) : [];
    const skips = (line: Line): boolean =>
      passedOver.some(
        ({ table, row }) => table === line.table && line.versions.some((each) => each.row === row),
      );
    return [
      ...statement.reads.flatMap((read) =>
        versions.lines
          .filter((line) => line.table === read.table && concerns(read, line, statement, knowledge))
          .filter((line) => !skips(line))
          .flatMap((line): Sight[] => {
            const version = seenVersion(line, read, statement, versions, knowledge);
            return version === undefined
              ? []
              : [{ statement, read, line, version, met: meets(read, version, knowledge) }];
          }),
      ),
      ...(statement.returns ? sightsOfOwn(statement, versions) : []),
    ];
  });
}

/** RETURNING shows the statement's own writes: to the code, this is a read like any other. */
function sightsOfOwn(statement: ObservedStatement, { lines }: Versions): readonly Sight[] {
  return lines.flatMap((line) =>
    line.versions
      .filter(({ by, row }) => by === statement && row !== undefined)
      .map((version): Sight => {
        const { table } = line;
        const read: Read = { table, condition: undefined, how: 'returning', text: undefined, byKey: true };
        return { statement, read, line, version, met: true };
      }),
  );
}

export function meets(read: Read, version: Version | undefined, knowledge: Knowledge): boolean {
  return version?.row !== undefined && knowledge.meets(read, version.row);
}

/** A read of keys concerns only rows that share a key value with the statement's own rows. */
function concerns(read: Read, line: Line, statement: ObservedStatement, knowledge: Knowledge): boolean {
  if (read.how !== 'key' && read.how !== 'conflict') return true;
  const valuesOf = (
    table: string,
    rows: readonly (number | undefined)[],
  ): Readonly<Record<string, unknown>>[] =>
    rows.flatMap((row) => (row === undefined ? [] : [knowledge.values(table, row)]));
  const theirs = valuesOf(
    line.table,
    line.versions.map(({ row }) => row),
  );
  const keys = knowledge.keysOf(line.table);
  if (read.how === 'conflict') {
    const own = statement.writes
      .filter(({ table }) => table === line.table)
      .flatMap(({ table, before, after }) => valuesOf(table, [before, after]));
    if (own.some((a) => theirs.some((b) => keys.some((key) => equalIn(key, a, b))))) return true;
    // Nothing records a row that was not inserted; its key is among the parameters, if there are any.
    const given = new Set(statement.values.map(String));
    return theirs.some((row) => keys.some((key) => key.every((column) => given.has(String(row[column])))));
  }
  return statement.writes.some((write) =>
    // It is not known which columns refer to which, so any key value that occurs in the other row counts.
    valuesOf(write.table, [write.before, write.after]).some((a) =>
      theirs.some((b) => sharesKey(keys, b, a) || sharesKey(knowledge.keysOf(write.table), a, b)),
    ),
  );
}

export function equalIn(
  columns: readonly string[],
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): boolean {
  return columns.every((column) => JSON.stringify(a[column]) === JSON.stringify(b[column]));
}

function sharesKey(
  keys: readonly (readonly string[])[],
  owner: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): boolean {
  const values = new Set(Object.values(other).map((value) => JSON.stringify(value)));
  return keys.some((key) => key.every((column) => values.has(JSON.stringify(owner[column]))));
}

function seenVersion(
  line: Line,
  read: Read,
  statement: ObservedStatement,
  { place }: Versions,
  knowledge: Knowledge,
): Version | undefined {
  const at = place.get(statement) ?? 0;
  const own = ({ by, at: when }: Version): boolean =>
    by !== undefined &&
    by.transaction === statement.transaction &&
    when < at &&
    (by.undone === undefined || by.undone > statement.step);
  const newest = (until: number): Version | undefined =>
    line.versions.findLast(
      (version) =>
        version.by === undefined ||
        own(version) ||
        (version.by.transaction !== statement.transaction &&
          version.by.published !== undefined &&
          version.by.published < until &&
          version.at < at),
    );
  if (read.how === 'key' || read.how === 'conflict') return newest(statement.during + 1);
  const inSnapshot = newest(statement.snapshot);
  if (read.how === 'newest')
    return meets(read, inSnapshot, knowledge) ? newest(statement.during + 1) : inSnapshot;
  return shownVersion(line, statement, inSnapshot, knowledge) ?? inSnapshot;
}

/** The version that the reply shows, if it shows a unique key of the row. */
function shownVersion(
  line: Line,
  { shown }: ObservedStatement,
  expected: Version | undefined,
  knowledge: Knowledge,
): Version | undefined {
  const columns = Object.keys(shown[0] ?? {});
  const key = knowledge.keysOf(line.table).find((each) => each.every((column) => columns.includes(column)));
  if (key === undefined) return undefined;
  const matching = (of: readonly string[], { row }: Version): boolean => {
    if (row === undefined) return false;
    const values = knowledge.values(line.table, row);
    return shown.some((reply) => of.every((column) => looksSame(reply[column], values[column])));
  };
  if (expected !== undefined && matching(columns, expected)) return expected;
  return line.versions.findLast((version) => matching(key, version) && matching(columns, version));
}
