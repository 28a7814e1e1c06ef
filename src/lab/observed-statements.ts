/** Turns an observed execution into statements as explanations need them: which rows each read and wrote, and when. */
import type { RowSet } from '../core/footprint.ts';
import type { DatabaseState } from '../core/state.ts';
import type { LaneExecution } from '../engine/lane.ts';
import type { GeneratedColumns } from '../oracle/generated-columns.ts';
import type { Knowledge, ObservedStatement, Read } from '../explain/observed.ts';
import { fatesOf } from '../footprint/fates.ts';
import { sentSteps, type SentStep } from '../footprint/sent.ts';
import { Statements } from '../footprint/statements.ts';
import type { Universe } from '../footprint/universe.ts';

export async function observedStatements(
  { history, evidence }: Pick<LaneExecution, 'history' | 'evidence'>,
  universe: Universe,
  statements: Statements = new Statements(universe),
): Promise<readonly ObservedStatement[]> {
  const sent = await sentSteps(history, evidence, statements);
  await universe.settle();
  const fates = fatesOf(history);
  const snapshots = new Map<string, number>();
  return sent.flatMap((each): ObservedStatement[] => {
    if (each?.during === undefined) return [];
    const { session, operation, step, during, transaction, touched, reply } = each;
    const queried = touched.ranQuery || reply?.kind === 'error';
    if (queried && !snapshots.has(transaction.key)) snapshots.set(transaction.key, step);
    const own = transaction.level === 'read committed' || transaction.level === 'unknown';
    const failed = reply?.kind === 'error' && reply.constraint !== undefined ? reply : undefined;
    return [
      {
        ref: { session, operation },
        step,
        during,
        transaction: transaction.key,
        snapshot: own ? step : (snapshots.get(transaction.key) ?? step),
        values: each.statement.values,
        reads: readsOf(each, universe),
        writes: touched.writes,
        published: fates.published.get(step),
        undone: fates.undone.get(step),
        shown: shownBy(each),
        returns: returnsRows(each),
        locks: touched.locks,
        // No plan shows SKIP LOCKED.
        skips: /\bskip\s+locked\b/i.test(each.statement.text),
        advisory: touched.resources.filter(isAdvisory).map(keyOf),
        refused: wasRefused(each),
        failure:
          failed === undefined
            ? undefined
            : {
                sqlstate: failed.sqlstate ?? '',
                constraint: failed.constraint ?? '',
                tables: universe.facts.constraintTables.get(failed.constraint ?? '') ?? [],
              },
      },
    ];
  });
}

/**
 * @param universe before anything was observed, so that it holds the starting rows
 * @param generated which columns take values from sequences and clocks
 */
export function knowledgeOf(
  universe: Universe,
  { tables }: DatabaseState,
  generated: GeneratedColumns = {},
): Knowledge {
  const start = new Map<string, readonly number[]>();
  for (const table of Object.keys(tables)) {
    const rows: number[] = [];
    while (universe.valuesOf(table, rows.length) !== undefined) rows.push(rows.length);
    start.set(table, rows);
  }
  return {
    meets: (set, row) => universe.affects({ table: set.table, before: row, after: undefined }, set),
    nameOf: (table) => universe.facts.partitionOf.get(table) ?? table,
    // jsonb has an order of its own.
    values: (table, row) => {
      const values = universe.valuesOf(table, row) ?? {};
      const columns = tables[table]?.columns ?? Object.keys(values);
      return Object.fromEntries(columns.map((column) => [column, values[column]]));
    },
    keysOf: (table) => universe.facts.uniqueColumns.get(table) ?? [],
    startRows: (table) => start.get(table) ?? [],
    growing: (table) =>
      Object.entries(generated[table] ?? {}).flatMap(([column, from]) =>
        from === 'sequence' || from === 'clock' ? [column] : [],
      ),
  };
}

function readsOf({ touched, reply }: SentStep, universe: Universe): readonly Read[] {
  const isNewest = new Set(touched.newest);
  const isKeyCheck = new Set(touched.keyChecks);
  const selects = reply?.kind === 'rows' && reply.command === 'SELECT';
  const reads = touched.reads.map((set): Read => {
    const text = universe.conditionText(set);
    const conflict =
      touched.onConflict &&
      !selects &&
      set.condition === undefined &&
      touched.locks.some((lock) => lock.table === set.table && lock.strength === 'update');
    const how = isKeyCheck.has(set)
      ? 'key'
      : conflict
        ? 'conflict'
        : isNewest.has(set)
          ? 'newest'
          : 'snapshot';
    return { table: set.table, condition: set.condition, how, text, byKey: fixesKey(universe, set, text) };
  });
  const seen = new Set<string>();
  return reads.filter(({ table, condition, how }) => {
    const key = `${how} ${table} ${condition}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** Whether the condition gives a value to every column of some unique index. */
function fixesKey(universe: Universe, { table }: RowSet, text: string | undefined): boolean {
  if (text === undefined || /\bor\b/i.test(text.replaceAll(/'[^']*'/g, ''))) return false;
  const fixed = new Set(
    [...text.matchAll(/\((?:\w+\.)?\(?"?(\w+)"?\)?(?:::\w+)? = (?:'|-?\d)/g)].map(([, column]) => column),
  );
  return (universe.facts.uniqueColumns.get(table) ?? []).some((columns) =>
    columns.every((each) => fixed.has(each)),
  );
}

/** Rows that a plain read of one table returned; other statements may return computed values. */
function shownBy({ touched, reply }: SentStep): ObservedStatement['shown'] {
  if (reply?.kind !== 'rows' || reply.command !== 'SELECT') return [];
  if (new Set(touched.reads.map(({ table }) => table)).size !== 1 || touched.writes.length > 0) return [];
  return reply.rows.map((row) =>
    Object.fromEntries(reply.columns.map((column, index) => [column, row[index]])),
  );
}

function returnsRows({ reply, touched }: SentStep): boolean {
  return (
    reply?.kind === 'rows' && touched.writes.length > 0 && reply.command !== 'SELECT' && reply.rows.length > 0
  );
}

function isAdvisory(resource: string): boolean {
  return resource.startsWith('advisory ');
}

/** `7` of `advisory '7'::bigint`, `1, 2` of `advisory 1, 2`. */
function keyOf(resource: string): string {
  return resource.slice('advisory '.length).replace(/^'(-?\d+)'::bigint$/, '$1');
}

/** Whether it tried to take an advisory lock that another session held: the answer is false. */
function wasRefused({ reply, statement, touched }: SentStep): boolean {
  return (
    touched.resources.some(isAdvisory) &&
    /\bpg_try_advisory/i.test(statement.text) &&
    reply?.kind === 'rows' &&
    reply.rows.some((row) => row.includes(false))
  );
}
