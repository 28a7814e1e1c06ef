/** The anomalies that an execution's dependencies prove, each with the edges that prove it. */
import type { OperationRef } from '../core/verdict.ts';
import { cyclesOf, isEdge, type Link, type RequiredOrder } from './cycles.ts';
import type { Dependencies } from './dependencies.ts';
import { dependencyAnomalies, type DependencyAnomalyCode } from './dependency-anomalies.ts';
import { touches, type Edge } from './edge.ts';
import { operationKey, sameOperation, type Knowledge } from './observed.ts';
import type { Sight } from './seen.ts';

export interface Phenomenon {
  readonly code: DependencyAnomalyCode;
  /** The cycle, or the one read. */
  readonly evidence: readonly Edge[];
}

/**
 * Every proved anomaly, the most specific first.
 *
 * @param without operations that had no effect and so are part of no cycle
 */
export function phenomenaOf(
  { edges, sights, takings, writers }: Dependencies,
  knowledge: Knowledge,
  given: readonly RequiredOrder[] = [],
  without: readonly OperationRef[] = [],
): readonly Phenomenon[] {
  const had = (ref: OperationRef): boolean => !without.some((each) => sameOperation(each, ref));
  const counts = ({ from, to }: Link): boolean => had(from) && had(to);
  const counting = edges.filter(counts);
  const direct: readonly Phenomenon[] = [
    ...edges.filter(({ aborted, to }) => aborted && had(to)).map((edge) => phenomenon('G1a', [edge])),
    ...counting.filter((edge) => edge.intermediate).map((edge) => phenomenon('G1b', [edge])),
  ];
  const installed = counting.filter((edge) => !edge.aborted);
  let cycles: readonly (readonly Link[])[] = cyclesOf(installed);
  if (cycles.length === 0) cycles = cyclesOf([...installed, ...given.filter(counts)]);
  const missed = cycles.length === 0 ? missedRows([...installed, ...takings.filter(counts)], sights) : [];
  const foundNothing = ({ reader, read }: Edge): boolean =>
    read !== undefined &&
    !knowledge.startRows(read.table).some((row) => knowledge.meets(read, row)) &&
    !sights.some((sight) => sight.statement === reader && sight.read === read && sight.met);
  const proved = cycles.flatMap((cycle) => [
    ...namesOf(cycle, foundNothing),
    ...(isReadOnlyAnomaly(cycle, installed, writers)
      ? [phenomenon('read-only', fromTheFirst(cycle.filter(isEdge)))]
      : []),
  ]);
  return [...direct, ...proved, ...missed].sort(
    (a, b) => rank(a.code) - rank(b.code) || a.evidence.length - b.evidence.length,
  );
}

/**
 * Fekete, O'Neil and O'Neil 2004: a read-only operation saw one writer and missed the other, and without it there is no
 * cycle.
 */
function isReadOnlyAnomaly(
  cycle: readonly Link[],
  all: readonly Edge[],
  writers: ReadonlySet<string>,
): boolean {
  const edges = cycle.filter(isEdge);
  if (edges.length < 3 || edges.filter(({ kind }) => kind === 'rw').length < 2) return false;
  return edges.some(({ kind, from }) => {
    if (kind !== 'rw' || writers.has(operationKey(from))) return false;
    const saw = edges.some((edge) => edge.kind === 'wr' && sameOperation(edge.to, from));
    return saw && cyclesOf(all.filter((edge) => !touches(edge, from))).length === 0;
  });
}

/** Rows with a smaller sequence value that became visible after rows with a greater one, and were passed over. */
function missedRows(links: readonly Link[], sights: readonly Sight[]): readonly Phenomenon[] {
  return cyclesOf(links).flatMap((cycle) => {
    const edges = cycle.filter(isEdge);
    const taking = cycle.find((link) => link.kind === 'sequence');
    const [wr, rw] = [edges.find(({ kind }) => kind === 'wr'), edges.find(({ kind }) => kind === 'rw')];
    if (cycle.length !== 3 || taking === undefined || wr === undefined || rw === undefined) return [];
    if (wr.line !== taking.greater || rw.line !== taking.smaller || !rw.inserts) return [];
    // A later read could see the row, and its condition excluded it.
    const passedOver = sights.some(
      ({ statement, line, version, met }) =>
        line === taking.smaller && statement.step > rw.fromStep && version.row !== undefined && !met,
    );
    return passedOver ? [phenomenon('missed-row', [wr, rw])] : [];
  });
}

const codes = Object.keys(dependencyAnomalies);

function rank(code: DependencyAnomalyCode): number {
  return codes.indexOf(code);
}

function phenomenon(code: DependencyAnomalyCode, evidence: readonly Edge[]): Phenomenon {
  return { code, evidence };
}

/** Every name whose definition the cycle meets. */
function namesOf(cycle: readonly Link[], foundNothing: (edge: Edge) => boolean): readonly Phenomenon[] {
  const edges = cycle.filter(isEdge);
  if (edges.length === 0) return [];
  const of = (kind: Edge['kind']): readonly Edge[] => edges.filter((edge) => edge.kind === kind);
  const [wr, rw] = [of('wr'), of('rw')];
  const codes: DependencyAnomalyCode[] = [];
  if (cycle.some((link) => !isEdge(link) && link.kind === 'real time')) codes.push('stale');
  else if (rw.length === 0) codes.push(wr.length === 0 ? 'G0' : 'G1c');
  else if (rw.length > 1) codes.push(rw.some((edge) => edge.phantom === true) ? 'G2' : 'G2-item');
  else codes.push('G-single');
  if (wr.some((edge) => edge.constraint !== undefined)) codes.push('constraint-error');
  const [only] = rw;
  // Others may have written the row in between: the row that was read was overwritten, and its reader overwrote that.
  const onOneRow = edges.length === cycle.length && edges.every(({ line }) => line === only?.line);
  // That there was no such row is a version, too: the unborn one (Adya, section 4.1).
  const knew = only?.phantom !== true || foundNothing(only);
  if (onOneRow && rw.length === 1 && wr.length === 0 && knew) codes.push('P4');
  if (cycle.length === 2 && edges.length === 2 && only !== undefined) {
    const other = edges.find((edge) => edge !== only) ?? only;
    if (rw.length === 1 && wr.length === 1 && other.constraint === undefined)
      codes.push(...skews(only, other));
    if (rw.length === 2 && rw.every((edge) => edge.phantom === true && edge.inserts && foundNothing(edge)))
      codes.push('duplicate');
  }
  const evidence = fromTheFirst(edges);
  return codes.map((code) => phenomenon(code, evidence));
}

/** A cycle has no first edge, so evidence starts with the earliest one. */
function fromTheFirst(edges: readonly Edge[]): readonly Edge[] {
  const first = edges.reduce(
    (best, edge, index) => (edge.fromStep < (edges[best]?.fromStep ?? 0) ? index : best),
    0,
  );
  return [...edges.slice(first), ...edges.slice(0, first)];
}

/** Names of a cycle in which one operation read part of what the other wrote, and missed another part. */
function skews(missed: Edge, saw: Edge): readonly DependencyAnomalyCode[] {
  const codes: DependencyAnomalyCode[] = [];
  const sameLine = missed.line === saw.line;
  const sameRead = missed.reader === saw.reader;
  if (sameLine && missed.item && saw.read?.byKey === true && !sameRead) codes.push('P2');
  const byCondition = !missed.item && !saw.item && missed.read?.byKey === false && saw.read?.byKey === false;
  if (byCondition && (sameLine || sameRead)) codes.push('PMP');
  const before = saw.toStep < missed.fromStep;
  if (before && missed.writer?.transaction === saw.writer?.transaction && missed.writer !== undefined)
    codes.push('OTV');
  return codes;
}
