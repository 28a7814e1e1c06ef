/**
 * Counts how the operations of a search met, from the record that every execution makes. It runs after each execution, so
 * it only counts: a few microseconds against the execution's milliseconds.
 */
import type { History } from '../core/history.ts';
import type { Interactions, WaitCount } from '../core/interactions.ts';
import type { Call, Model } from '../core/model.ts';
import type { TallyCounts } from '../core/tally-counts.ts';
import type { ExecutionRecord, Span } from '../engine/record.ts';
import {
  addConflicts,
  conflictCounts,
  mergeOrders,
  shortText,
  type ConflictingPair,
} from './conflict-orders.ts';
import { addCount, largest, maxListed, mergeCounts } from './counts.ts';
import { OperationTally } from './operation-tally.ts';
import { sightsOf } from './sights.ts';

type Execution = Pick<ExecutionRecord, 'history' | 'answers' | 'spans'>;

/** Calls of all operations together, or those that ended in this way. */
export function callsThat(
  ended: 'calls' | 'aborted' | 'refused',
  { operations }: Pick<TallyCounts, 'operations'>,
): number {
  let sum = 0;
  for (const counts of operations.values()) sum += counts[ended];
  return sum;
}

export class InteractionTally {
  readonly counts: TallyCounts = {
    executions: 0,
    statements: 0,
    concurrent: 0,
    overlapping: 0,
    interleavable: 0,
    lockWaits: 0,
    deadlocks: 0,
    waits: new Map(),
    conflicts: undefined,
    operations: new Map(),
  };
  readonly #tallies = new Map<string, OperationTally>();

  /** Adds one execution of a scenario's sessions. */
  add(model: Pick<Model, 'refusal'>, sessions: readonly (readonly Call[])[], execution: Execution): void {
    this.counts.executions += 1;
    if (sessions.length > 1) this.counts.concurrent += 1;
    const overlapping = this.#addOverlaps(sessions, execution.spans);
    if (overlapping.size > 0) this.counts.overlapping += 1;
    const several = execution.spans.some((spans) => spans.some((span) => endOf(span) > span.invoked));
    if (sessions.length > 1 && several) this.counts.interleavable += 1;
    for (const [session, answers] of execution.answers.entries()) {
      for (const [operation, answer] of answers.entries()) {
        const call = sessions[session]?.[operation];
        const span = execution.spans[session]?.[operation];
        if (call === undefined) continue;
        this.#tally(call.operation).add(model, call, answer, span !== undefined && overlapping.has(span));
      }
    }
    this.#addEvents(sessions, execution.history);
  }

  /** Adds the conflicting steps of one execution. To be called for all executions or for none. */
  addConflicts(pairs: Iterable<ConflictingPair>): void {
    this.counts.conflicts ??= new Map();
    addConflicts(this.counts.conflicts, pairs);
  }

  /** Returns the spans that overlap with one of another session. */
  #addOverlaps(sessions: readonly (readonly Call[])[], spans: Execution['spans']): ReadonlySet<Span> {
    const overlapping = new Set<Span>();
    const all = spans.flatMap((list, session) =>
      list.map((span, operation) => ({
        session,
        span,
        tally: this.#tally(sessions[session]?.[operation]?.operation ?? ''),
      })),
    );
    for (let one = 0; one < all.length; one += 1) {
      const a = all[one] as (typeof all)[number];
      for (let other = one + 1; other < all.length; other += 1) {
        const b = all[other] as typeof a;
        if (a.session === b.session) continue;
        const overlapped = overlap(a.span, b.span);
        OperationTally.meet(a.tally, b.tally, overlapped);
        if (overlapped) overlapping.add(a.span).add(b.span);
      }
    }
    return overlapping;
  }

  #addEvents(sessions: readonly (readonly Call[])[], history: History): void {
    const current: number[] = [];
    const waited: number[] = [];
    const nameOf = (session: number): string => sessions[session]?.[current[session] ?? 0]?.operation ?? '';
    for (const event of history) {
      if (event.kind === 'began') current[event.session] = event.operation;
      else if (event.kind === 'released') this.counts.statements += 1;
      else if (event.kind === 'completed') {
        if (event.reply.kind === 'error' && event.reply.sqlstate === '40P01') this.counts.deadlocks += 1;
      } else if (event.kind === 'blocked') {
        if (!waited.includes(event.step)) this.counts.lockWaits += 1;
        waited.push(event.step);
        const statement = statementOf(history, event.step);
        for (const by of event.by)
          addCount(this.counts.waits, `${nameOf(event.session)}\0${shortText(statement)}\0${nameOf(by)}`);
      }
    }
  }

  #tally(operation: string): OperationTally {
    let tally = this.#tallies.get(operation);
    if (tally === undefined) {
      tally = new OperationTally(operation);
      this.#tallies.set(operation, tally);
      this.counts.operations.set(operation, tally.counts);
    }
    return tally;
  }

  merge(other: TallyCounts): void {
    const { counts } = this;
    counts.executions += other.executions;
    counts.statements += other.statements;
    counts.concurrent += other.concurrent;
    counts.overlapping += other.overlapping;
    counts.interleavable += other.interleavable;
    counts.lockWaits += other.lockWaits;
    counts.deadlocks += other.deadlocks;
    mergeCounts(counts.waits, other.waits);
    if (other.conflicts !== undefined) mergeOrders((counts.conflicts ??= new Map()), other.conflicts);
    for (const [operation, more] of other.operations) this.#tally(operation).merge(more);
  }

  /** The number of its sights: it grows while executions show something new. */
  get sights(): number {
    return sightsOf(this.counts).size;
  }

  interactions(): Interactions {
    const { counts } = this;
    const tallies = [...this.#tallies.values()];
    const waits = [...counts.waits].map(([key, times]): WaitCount => {
      const [waiter = '', statement = '', holder = ''] = key.split('\0');
      return { waiter, statement, holder, times };
    });
    const overlaps = tallies.flatMap((tally) => tally.overlaps());
    return {
      statements: counts.statements,
      concurrent: counts.concurrent,
      overlapping: counts.overlapping,
      interleavable: counts.interleavable,
      overlaps: largest(
        overlaps,
        maxListed,
        ({ overlapped }) => overlapped,
        ({ operations }) => operations.join(),
      ),
      lockWaits: counts.lockWaits,
      waits: largest(
        waits,
        maxListed,
        ({ times }) => times,
        ({ waiter, statement, holder }) => [waiter, statement, holder].join(),
      ),
      deadlocks: counts.deadlocks,
      operations: tallies
        .toSorted((a, b) => (a.operation < b.operation ? -1 : 1))
        .map((tally) => tally.summary()),
      conflicts: counts.conflicts && conflictCounts(counts.conflicts),
    };
  }
}

/** Whether one began while the other was under way: after the other's first step, and not after its return. */
function overlap(a: Span, b: Span): boolean {
  return a.invoked < b.invoked ? b.invoked <= endOf(a) : a.invoked <= endOf(b);
}

/** An operation that did not end was under way until the end. */
function endOf({ returned }: Span): number {
  return returned < 0 ? Infinity : returned;
}

function statementOf(history: History, step: number): string {
  const event = history.find((each) => each.kind === 'released' && each.step === step);
  return event?.kind === 'released' ? event.statement.text : '';
}
