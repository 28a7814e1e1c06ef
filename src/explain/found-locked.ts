/** Locks of others that statements met and did not wait for: rows passed over by SKIP LOCKED, and refused try-locks. */
import type { Dependency } from '../core/explanation.ts';
import { looksSame, textsOf } from './contents.ts';
import { heldUntil, sameOperation, type Knowledge, type ObservedStatement } from './observed.ts';
import type { Versions } from './versions.ts';

/** A row that another operation held, by its content's number. */
export interface HeldRow {
  readonly table: string;
  readonly row: number;
  readonly by: ObservedStatement;
}

export function foundLocked(
  statements: readonly ObservedStatement[],
  versions: Versions,
  knowledge: Knowledge,
): readonly Dependency[] {
  return statements.flatMap((statement) => [
    ...(statement.skips ? skippedBy(statement, statements, versions, knowledge) : []),
    ...(statement.refused ? refusedTo(statement, statements) : []),
  ]);
}

/** Rows that others had locked or written, and not yet released, when the statement was sent. */
export function heldByOthers(
  statement: ObservedStatement,
  statements: readonly ObservedStatement[],
  { lines }: Versions,
  knowledge: Knowledge,
): readonly HeldRow[] {
  const rowsOf = (table: string): readonly number[] => [
    ...knowledge.startRows(table),
    ...lines.flatMap((line) => (line.table === table ? line.versions.flatMap(({ row }) => row ?? []) : [])),
  ];
  return statements
    .filter(
      (other) =>
        !sameOperation(other.ref, statement.ref) &&
        other.transaction !== statement.transaction &&
        other.during < statement.step &&
        heldUntil(other) > statement.step,
    )
    .flatMap((by) => [
      ...by.writes.flatMap(({ table, before }) => (before === undefined ? [] : [{ table, row: before, by }])),
      ...by.locks.flatMap(({ table, condition }) =>
        rowsOf(table)
          .filter(
            (row) => knowledge.meets({ table, condition }, row) && isShown(by, knowledge.values(table, row)),
          )
          .map((row) => ({ table, row, by })),
      ),
    ]);
}

/** Whether the reply shows the row. Otherwise a LIMIT may have passed it over, and it need not have been locked. */
function isShown({ shown }: ObservedStatement, values: Readonly<Record<string, unknown>>): boolean {
  return shown.some((reply) => {
    const columns = Object.keys(reply).filter((column) => column in values);
    return columns.length > 0 && columns.every((column) => looksSame(reply[column], values[column]));
  });
}

function skippedBy(
  statement: ObservedStatement,
  statements: readonly ObservedStatement[],
  versions: Versions,
  knowledge: Knowledge,
): readonly Dependency[] {
  const seen = new Set<string>();
  return heldByOthers(statement, statements, versions, knowledge)
    .filter(({ table, row }) => {
      const key = `${table} ${row}`;
      const wanted = statement.reads.some((read) => read.table === table && knowledge.meets(read, row));
      return wanted && !seen.has(key) && seen.add(key) !== undefined;
    })
    .map(({ table, row, by }) => {
      const content = textsOf(knowledge.values(table, row));
      return found('skipped', by, statement, knowledge.nameOf(table), content);
    });
}

function refusedTo(
  statement: ObservedStatement,
  statements: readonly ObservedStatement[],
): readonly Dependency[] {
  const [key = ''] = statement.advisory;
  const holder = statements.findLast(
    (other) =>
      other.ref.session !== statement.ref.session &&
      other.during < statement.step &&
      !other.refused &&
      key !== '' &&
      other.advisory.includes(key),
  );
  return holder === undefined ? [] : [found('refused', holder, statement, 'advisory lock', { key })];
}

function found(
  lock: NonNullable<Dependency['lock']>,
  holder: ObservedStatement,
  to: ObservedStatement,
  table: string,
  row: NonNullable<Dependency['after']>,
): Dependency {
  return {
    kind: 'wr',
    from: holder.ref,
    to: to.ref,
    fromStep: holder.during,
    toStep: to.step,
    table,
    before: row,
    after: row,
    predicate: undefined,
    lock,
  };
}
