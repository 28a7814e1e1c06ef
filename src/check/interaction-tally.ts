/**
 * Collects what the operations of a search had to do with each other, from what every execution records anyway. It is
 * fed after each of them, so it counts and does nothing else: a few microseconds against the execution's milliseconds.
 */
import type { History } from '../core/history.ts';
import type { Interactions, WaitCount } from '../core/interactions.ts';
import type { Call, Model } from '../core/model.ts';
import type { ExecutionRecord, Span } from '../engine/record.ts';
import { shortened, type ConflictingPair, ConflictOrders } from './conflict-orders.ts';
import { Counts, largest, maxListed } from './counts.ts';
import { OperationTally } from './operation-tally.ts';

type Execution = Pick<ExecutionRecord, 'history' | 'answers' | 'spans'>;

export class InteractionTally {
  statements = 0;
  executions = 0;
  readonly tallies: Map<string, OperationTally> = new Map();
  #concurrent = 0;
  #overlapping = 0;
  #interleavable = 0;
  #lockWaits = 0;
  #deadlocks = 0;
  readonly #waits = new Counts();
  #conflicts: ConflictOrders | undefined;

  /** One execution of a scenario's sessions. */
  add(model: Pick<Model, 'refusal'>, sessions: readonly (readonly Call[])[], execution: Execution): void {
    this.executions += 1;
    if (sessions.length > 1) this.#concurrent += 1;
    const overlapping = this.#addOverlaps(sessions, execution.spans);
    if (overlapping.size > 0) this.#overlapping += 1;
    const several = execution.spans.some((spans) => spans.some((span) => endOf(span) > span.invoked));
    if (sessions.length > 1 && several) this.#interleavable += 1;
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

  /** The conflicting steps of one execution, in the order in which they were executed; to be called for all or none. */
  addConflicts(pairs: Iterable<ConflictingPair>): void {
    this.#conflicts ??= new ConflictOrders();
    this.#conflicts.add(pairs);
  }

  get aborted(): number {
    return this.#sum('aborted');
  }

  get refused(): number {
    return this.#sum('refused');
  }

  /** Calls that ended, however they did. */
  get operations(): number {
    return this.#sum('calls');
  }

  /** The spans that overlap with one of another session. */
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
      else if (event.kind === 'released') this.statements += 1;
      else if (event.kind === 'completed') {
        if (event.reply.kind === 'error' && event.reply.sqlstate === '40P01') this.#deadlocks += 1;
      } else if (event.kind === 'blocked') {
        if (!waited.includes(event.step)) this.#lockWaits += 1;
        waited.push(event.step);
        const statement = statementOf(history, event.step);
        for (const by of event.by)
          this.#waits.add(`${nameOf(event.session)}\0${shortened(statement)}\0${nameOf(by)}`);
      }
    }
  }

  #tally(operation: string): OperationTally {
    let tally = this.tallies.get(operation);
    if (tally === undefined) {
      tally = new OperationTally(operation);
      this.tallies.set(operation, tally);
    }
    return tally;
  }

  #sum(of: 'aborted' | 'refused' | 'calls'): number {
    let sum = 0;
    for (const tally of this.tallies.values()) sum += tally[of];
    return sum;
  }

  merge(other: InteractionTally): void {
    this.statements += other.statements;
    this.executions += other.executions;
    this.#concurrent += other.#concurrent;
    this.#overlapping += other.#overlapping;
    this.#interleavable += other.#interleavable;
    this.#lockWaits += other.#lockWaits;
    this.#deadlocks += other.#deadlocks;
    this.#waits.merge(other.#waits);
    if (other.#conflicts !== undefined) (this.#conflicts ??= new ConflictOrders()).merge(other.#conflicts);
    for (const [operation, more] of other.tallies)
      this.#tally(operation).merge(more, (partner) => this.#tally(partner));
  }

  /** Different things seen: orders of conflicts, waits, overlaps and errors. It grows as long as executions show news. */
  get sights(): number {
    let sights = this.#waits.size + (this.#conflicts?.orders ?? 0);
    for (const tally of this.tallies.values()) sights += tally.sights;
    return sights;
  }

  interactions(): Interactions {
    const waits = this.#waits.entries().map(([key, times]): WaitCount => {
      const [waiter = '', statement = '', holder = ''] = key.split('\0');
      return { waiter, statement, holder, times };
    });
    const overlaps = [...this.tallies.values()].flatMap((tally) => tally.overlaps());
    return {
      statements: this.statements,
      concurrent: this.#concurrent,
      overlapping: this.#overlapping,
      interleavable: this.#interleavable,
      overlaps: largest(
        overlaps,
        maxListed,
        ({ overlapped }) => overlapped,
        ({ operations }) => operations.join(),
      ),
      lockWaits: this.#lockWaits,
      waits: largest(
        waits,
        maxListed,
        ({ times }) => times,
        ({ waiter, statement, holder }) => [waiter, statement, holder].join(),
      ),
      deadlocks: this.#deadlocks,
      operations: [...this.tallies.values()]
        .toSorted((a, b) => (a.operation < b.operation ? -1 : 1))
        .map((tally) => tally.counts()),
      conflicts: this.#conflicts?.counts(),
    };
  }
}

/** Whether one began while the other was under way: after its first step, and not after it had returned. */
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
