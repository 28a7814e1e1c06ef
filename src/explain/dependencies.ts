/** Direct dependencies between operations (Adya, "Weak Consistency", MIT 1999), from the reads and writes of their statements. */
import type { Dependency } from '../core/explanation.ts';
import { edgeBetween, type Edge } from './edge.ts';
import { foundLocked } from './found-locked.ts';
import {
  operationKey,
  sameOperation,
  type Knowledge,
  type ObservedStatement,
  type Read,
} from './observed.ts';
import { meets, sightsOf, type Sight } from './seen.ts';
import { takingsOf, type Taking } from './takings.ts';
import { installed, versionsOf, type Line, type Version } from './versions.ts';

export interface Dependencies {
  readonly edges: readonly Edge[];
  readonly sights: readonly Sight[];
  /** Rows that operations made, in the order of a growing column. */
  readonly takings: readonly Taking[];
  /** Keys of the operations whose writes became visible to others. */
  readonly writers: ReadonlySet<string>;
  /** Locks of others that statements met and did not wait for. */
  readonly locked: readonly Dependency[];
}

export function dependenciesOf(statements: readonly ObservedStatement[], knowledge: Knowledge): Dependencies {
  const versions = versionsOf(statements);
  const sights = sightsOf(statements, versions, knowledge);
  const edges = [
    ...versions.lines.flatMap((line) => overwritten(line, knowledge)),
    ...sights.flatMap((sight) => [...readsFrom(sight, knowledge), ...overwrittenAfter(sight, knowledge)]),
    ...statements.flatMap((statement) => failedBy(statement, versions.lines, knowledge)),
  ];
  const seen = new Set<string>();
  const lines = new Map(versions.lines.map((line, index) => [line, index]));
  return {
    sights,
    takings: takingsOf(versions.lines, knowledge),
    writers: new Set(
      statements.flatMap(({ ref, writes, published }) =>
        writes.length > 0 && published !== undefined ? [operationKey(ref)] : [],
      ),
    ),
    locked: foundLocked(statements, versions, knowledge),
    edges: edges.filter((edge) => {
      const key = JSON.stringify([
        edge.kind,
        edge.from,
        edge.to,
        lines.get(edge.line),
        edge.fromStep,
        edge.toStep,
      ]);
      return !seen.has(key) && seen.add(key) !== undefined;
    }),
  };
}

/** ww: consecutive installed versions of one row. */
function overwritten(line: Line, knowledge: Knowledge): readonly Edge[] {
  const versions = installed(line);
  return versions.flatMap(({ by, row: after }, index) => {
    const overwrites = versions[index - 1];
    if (by === undefined || overwrites?.by === undefined) return [];
    const { by: from, row: before } = overwrites;
    return edgeBetween({ kind: 'ww', from, to: by, line, before, after }, knowledge, { writer: by });
  });
}

/** wr: the version that was seen, or the latest one before it that changed which rows meet the condition. */
function readsFrom({ statement, read, line, version, met }: Sight, knowledge: Knowledge): readonly Edge[] {
  // A row read in order to be overwritten is a ww already, unless that write was rolled back.
  const own = statement.published !== undefined && line.versions.some(({ by }) => by === statement);
  if (version.by === undefined || own) return [];
  const upTo = line.versions.slice(0, line.versions.indexOf(version) + 1);
  const changed = upTo.findLast((each, index) => changes(read, upTo[index - 1], each, knowledge));
  if (changed?.by === undefined) return [];
  const versions = line.versions;
  const next = versions[versions.indexOf(version) + 1];
  const before = upTo[upTo.indexOf(changed) - 1]?.row;
  return edgeBetween(
    { kind: 'wr', from: changed.by, to: statement, line, before, after: changed.row },
    knowledge,
    {
      read,
      reader: statement,
      writer: changed.by,
      item: read.byKey && met,
      phantom: met ? undefined : true,
      aborted: changed.by.published === undefined && changed.by.transaction !== statement.transaction,
      intermediate:
        met &&
        next?.by !== undefined &&
        next.by.published !== undefined &&
        sameOperation(next.by.ref, changed.by.ref),
      inserts: changed === line.versions[1] && line.versions[0]?.row === undefined,
    },
  );
}

/** rw: the first later version, by another operation, that would have changed the read's result. */
function overwrittenAfter(
  { statement, read, line, version, met }: Sight,
  knowledge: Knowledge,
): readonly Edge[] {
  const versions = line.versions.filter(
    (each) => each === version || each.by === undefined || each.by.published !== undefined,
  );
  for (let index = versions.indexOf(version) + 1; index < versions.length; index += 1) {
    const [before, after] = [versions[index - 1], versions[index]];
    if (after?.by === undefined || !changes(read, before, after, knowledge)) continue;
    return edgeBetween(
      { kind: 'rw', from: statement, to: after.by, line, before: version.row, after: after.row },
      knowledge,
      {
        read,
        reader: statement,
        writer: after.by,
        item: read.byKey && met,
        phantom: met ? undefined : true,
        inserts: before?.row === undefined,
      },
    );
  }
  return [];
}

function changes(read: Read, before: Version | undefined, after: Version, knowledge: Knowledge): boolean {
  const was = meets(read, before, knowledge);
  const is = meets(read, after, knowledge);
  if (read.how !== 'key' && read.how !== 'conflict') return was || is;
  if (was !== is) return true;
  // Only keys count.
  const [a, b] = [before?.row, after.row];
  if (a === undefined || b === undefined) return false;
  const [old, now] = [knowledge.values(read.table, a), knowledge.values(read.table, b)];
  return knowledge
    .keysOf(read.table)
    .flat()
    .some((column) => JSON.stringify(old[column]) !== JSON.stringify(now[column]));
}

/** wr: a constraint error shows a row that another operation had published. */
function failedBy(
  statement: ObservedStatement,
  lines: readonly Line[],
  knowledge: Knowledge,
): readonly Edge[] {
  const { failure } = statement;
  if (failure === undefined) return [];
  const candidates = lines
    .filter(({ table }) => failure.tables.includes(table))
    .flatMap((line) => {
      const at = line.versions.findLastIndex(
        ({ by }) =>
          by?.published !== undefined &&
          by.published <= statement.during &&
          !sameOperation(by.ref, statement.ref),
      );
      const last = line.versions[at];
      return last === undefined ? [] : [{ line, last, before: line.versions[at - 1]?.row }];
    })
    .sort((a, b) => b.last.at - a.last.at);
  const [newest] = candidates;
  if (newest?.last.by === undefined) return [];
  const { line, before, last } = newest;
  return edgeBetween(
    { kind: 'wr', from: newest.last.by, to: statement, line, before, after: last.row },
    knowledge,
    {
      reader: statement,
      writer: newest.last.by,
      constraint: failure.constraint,
    },
  );
}
