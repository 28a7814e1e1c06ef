/** An edge is a dependency between two operations, with the facts that distinguish one anomaly from another. */
import type { Dependency, RowVersion } from '../core/explanation.ts';
import type { OperationRef } from '../core/verdict.ts';
import { textsOf } from './contents.ts';
import { sameOperation, type Knowledge, type ObservedStatement, type Read } from './observed.ts';
import type { Line } from './versions.ts';

export interface Edge extends Dependency {
  readonly line: Line;
  /** The read of `wr` and `rw`. */
  readonly read: Read | undefined;
  readonly reader: ObservedStatement | undefined;
  readonly writer: ObservedStatement | undefined;
  /** The row was read by its key and existed. */
  readonly item: boolean;
  /** `wr`: the writer's transaction was rolled back, or the writer overwrote the version itself later. */
  readonly aborted: boolean;
  readonly intermediate: boolean;
  /** The write made a new row. */
  readonly inserts: boolean;
}

interface Ends {
  readonly kind: Dependency['kind'];
  readonly from: ObservedStatement;
  readonly to: ObservedStatement;
  readonly line: Line;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** One edge; none if both ends are one operation, which does not depend on itself. */
export function edgeBetween(
  { kind, from, to, line, before, after }: Ends,
  knowledge: Knowledge,
  more: Partial<Edge> = {},
): readonly Edge[] {
  if (sameOperation(from.ref, to.ref)) return [];
  const { read, item = false } = more;
  const contentOf = (row: number | undefined): RowVersion | undefined =>
    row === undefined ? undefined : textsOf(knowledge.values(line.table, row));
  return [
    {
      kind,
      from: from.ref,
      to: to.ref,
      // A write counts from the step in which it took effect, a read from the step in which it was sent.
      fromStep: kind === 'rw' ? from.step : from.during,
      toStep: kind === 'wr' ? to.step : to.during,
      table: knowledge.nameOf(line.table),
      before: contentOf(before),
      after: contentOf(after),
      predicate: read === undefined || item ? undefined : read.text,
      line,
      read,
      reader: undefined,
      writer: undefined,
      item,
      aborted: false,
      intermediate: false,
      inserts: false,
      ...more,
    },
  ];
}

/** The dependency as results hold it: without the facts that only this room uses. */
export function dependencyOf(edge: Edge): Dependency {
  const { kind, from, to, fromStep, toStep, table, before, after, predicate, phantom, constraint } = edge;
  return {
    kind,
    from,
    to,
    fromStep,
    toStep,
    table,
    before,
    after,
    predicate,
    ...(phantom === undefined ? {} : { phantom }),
    ...(constraint === undefined ? {} : { constraint }),
  };
}

export function touches(edge: Pick<Edge, 'from' | 'to'>, ref: OperationRef): boolean {
  return sameOperation(edge.from, ref) || sameOperation(edge.to, ref);
}
