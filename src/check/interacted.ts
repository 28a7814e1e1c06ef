/**
 * Collects what the operations of a search had to do with each other, from what every execution records anyway. It is
 * fed after each of them, so it counts and does nothing else: a few microseconds against the execution's milliseconds.
 */
import type { History } from '../core/history.ts';
import type { Interactions, OperationCounts, OverlapCount, WaitCount } from '../core/interactions.ts';
import type { Answer, Call, Model } from '../core/model.ts';
import { isAbort } from '../core/verdict.ts';
import type { ExecutionRecord, Span } from '../engine/record.ts';
import { shortened, type ConflictingPair, ConflictOrders } from './conflict-orders.ts';
import { Counts, largest } from './counts.ts';

type Executed = Pick<ExecutionRecord, 'history' | 'answers' | 'spans'>;
type Failed = Extract<Answer, { kind: 'failed' }>;

/** How the calls of one operation ended. */
export interface Tally {
  calls: number;
  returned: number;
  aborted: number;
  refused: number;
  failed: number;
  readonly errors: Counts;
  overlapping: number;
  overlappingInVain: number;
  /** The first failure that was neither an abort nor refused. */
  failure: Failed | undefined;
  readonly operation: string;
  /** By the other operation, at the one of the two whose name comes first. */
  readonly meetings: Map<string, Meetings>;
}

/** Pairs of calls of two operations in different sessions, and how many of them overlapped. */
interface Meetings {
  pairs: number;
  overlapped: number;
}

/** Entries of a list that are told; of the others there is the number. */
const maxTold = 20;

export class Interacted {
  statements = 0;
  executions = 0;
  readonly tallies: Map<string, Tally> = new Map();
  #concurrent = 0;
  #overlapping = 0;
  #interleavable = 0;
  #lockWaits = 0;
  #deadlocks = 0;
  readonly #waits = new Counts();
  #conflicts: ConflictOrders | undefined;

  /** One execution of a scenario's sessions. */
  add(model: Pick<Model, 'refusal'>, sessions: readonly (readonly Call[])[], executed: Executed): void {
    this.executions += 1;
    if (sessions.length > 1) this.#concurrent += 1;
    const overlapping = this.#addOverlaps(sessions, executed.spans);
    if (overlapping.size > 0) this.#overlapping += 1;
    const several = executed.spans.some((spans) => spans.some((span) => endOf(span) > span.invoked));
    if (sessions.length > 1 && several) this.#interleavable += 1;
    for (const [session, answers] of executed.answers.entries()) {
      for (const [operation, answer] of answers.entries()) {
        const call = sessions[session]?.[operation];
        const span = executed.spans[session]?.[operation];
        if (call !== undefined)
          this.#addAnswer(model, call, answer, span !== undefined && overlapping.has(span));
      }
    }
    this.#addEvents(sessions, executed.history);
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
  #addOverlaps(sessions: readonly (readonly Call[])[], spans: Executed['spans']): ReadonlySet<Span> {
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
        const meetings = meetingsOf(a.tally, b.tally);
        meetings.pairs += 1;
        if (!overlap(a.span, b.span)) continue;
        meetings.overlapped += 1;
        overlapping.add(a.span).add(b.span);
      }
    }
    return overlapping;
  }

  #addAnswer(model: Pick<Model, 'refusal'>, call: Call, answer: Answer, overlapping: boolean): void {
    const tally = this.#tally(call.operation);
    tally.calls += 1;
    const aborted = isAbort(answer);
    const refused = !aborted && (model.refusal?.(answer, call) ?? false);
    if (aborted) tally.aborted += 1;
    else if (refused) tally.refused += 1;
    else if (answer.kind === 'returned') tally.returned += 1;
    else {
      tally.failed += 1;
      tally.failure ??= answer;
    }
    if (answer.kind === 'failed') tally.errors.add(answer.sqlstate ?? answer.name);
    if (!overlapping) return;
    tally.overlapping += 1;
    if (aborted || refused) tally.overlappingInVain += 1;
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

  #tally(operation: string): Tally {
    let tally = this.tallies.get(operation);
    if (tally === undefined) {
      tally = {
        calls: 0,
        returned: 0,
        aborted: 0,
        refused: 0,
        failed: 0,
        errors: new Counts(),
        overlapping: 0,
        overlappingInVain: 0,
        failure: undefined,
        operation,
        meetings: new Map(),
      };
      this.tallies.set(operation, tally);
    }
    return tally;
  }

  #sum(of: 'aborted' | 'refused' | 'calls'): number {
    let sum = 0;
    for (const tally of this.tallies.values()) sum += tally[of];
    return sum;
  }

  merge(other: Interacted): void {
    this.statements += other.statements;
    this.executions += other.executions;
    this.#concurrent += other.#concurrent;
    this.#overlapping += other.#overlapping;
    this.#interleavable += other.#interleavable;
    this.#lockWaits += other.#lockWaits;
    this.#deadlocks += other.#deadlocks;
    this.#waits.merge(other.#waits);
    if (other.#conflicts !== undefined) (this.#conflicts ??= new ConflictOrders()).merge(other.#conflicts);
    for (const [operation, more] of other.tallies) {
      const tally = this.#tally(operation);
      tally.calls += more.calls;
      tally.returned += more.returned;
      tally.aborted += more.aborted;
      tally.refused += more.refused;
      tally.failed += more.failed;
      tally.errors.merge(more.errors);
      tally.overlapping += more.overlapping;
      tally.overlappingInVain += more.overlappingInVain;
      tally.failure ??= more.failure;
      for (const [partner, { pairs, overlapped }] of more.meetings) {
        const meetings = meetingsOf(tally, this.#tally(partner));
        meetings.pairs += pairs;
        meetings.overlapped += overlapped;
      }
    }
  }

  interactions(): Interactions {
    const waits = this.#waits.entries().map(([key, times]): WaitCount => {
      const [waiter = '', statement = '', holder = ''] = key.split('\0');
      return { waiter, statement, holder, times };
    });
    const overlaps = [...this.tallies.values()].flatMap(({ operation, meetings }) =>
      [...meetings].map(([other, each]): OverlapCount => ({ operations: [operation, other], ...each })),
    );
    return {
      statements: this.statements,
      concurrent: this.#concurrent,
      overlapping: this.#overlapping,
      interleavable: this.#interleavable,
      overlaps: largest(
        overlaps,
        maxTold,
        ({ overlapped }) => overlapped,
        ({ operations }) => operations.join(),
      ),
      lockWaits: this.#lockWaits,
      waits: largest(
        waits,
        maxTold,
        ({ times }) => times,
        ({ waiter, statement, holder }) => [waiter, statement, holder].join(),
      ),
      deadlocks: this.#deadlocks,
      operations: [...this.tallies.values()]
        .toSorted((a, b) => (a.operation < b.operation ? -1 : 1))
        .map(countsOf),
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

/** Where the meetings of two operations are counted. */
function meetingsOf(one: Tally, other: Tally): Meetings {
  const [a, b] = one.operation <= other.operation ? [one, other] : [other, one];
  let meetings = a.meetings.get(b.operation);
  if (meetings === undefined) {
    meetings = { pairs: 0, overlapped: 0 };
    a.meetings.set(b.operation, meetings);
  }
  return meetings;
}

function countsOf(tally: Tally): OperationCounts {
  const { operation, calls, returned, aborted, refused, failed, overlapping, overlappingInVain } = tally;
  const all = tally.errors.entries().map(([error, times]) => ({ error, times }));
  const errors = largest(
    all,
    maxTold,
    ({ times }) => times,
    ({ error }) => error,
  );
  return { operation, calls, returned, aborted, refused, failed, errors, overlapping, overlappingInVain };
}
