/** Whether two executions of one scenario under one schedule did the same, and where they first differ. */
import type { History, HistoryEvent } from '../core/history.ts';
import type { DatabaseState } from '../core/state.ts';
import type { NamingRules } from '../oracle/generated-columns.ts';
import { Namer } from '../oracle/naming.ts';
import type { Span } from '../oracle/spans.ts';
import { Uncontrolled } from '../oracle/uncontrolled.ts';
import { eventText, memoryText } from '../report/event-text.ts';
import { tablesApart } from '../report/tables-text.ts';

/** What is compared of an execution. */
export interface ExecutionContent {
  readonly history: History;
  readonly final: DatabaseState;
  /** What each session remembers at the end. */
  readonly memories: readonly unknown[];
  readonly span: Span;
}

export interface HistoryDifference {
  /** Step at which the first difference shows, counted from 0; undefined if every step is the same. */
  readonly step: number | undefined;
  /** What differs although every step is the same. */
  readonly only?: 'final tables' | 'memory';
  readonly first: string;
  readonly second: string;
}

export function historyDifference(
  first: ExecutionContent,
  second: ExecutionContent,
  rules: NamingRules,
  fixed: ReadonlySet<string>,
): HistoryDifference | undefined {
  const reading = { fixed, spans: [first.span, second.span] };
  const namer = new Namer({ ...rules, shifts: [] }, reading, [first.final, second.final]);
  const [ones, others] = [decided(first.history), decided(second.history)];
  const length = Math.max(ones.length, others.length);
  let step = 0;
  for (let index = 0; index < length; index += 1) {
    const a = ones[index];
    const b = others[index];
    if (a?.kind === 'released') step = a.step;
    const alike =
      a !== undefined && b !== undefined && reads(() => namer.value('event', comparable(a), comparable(b)));
    if (!alike) return { step, first: eventText(a), second: eventText(b) };
  }
  if (!reads(() => namer.value('memories', first.memories, second.memories))) {
    return {
      step: undefined,
      only: 'memory',
      first: memoryText(first.memories),
      second: memoryText(second.memories),
    };
  }
  const tables = Object.keys(first.final.tables);
  if (reads(() => tables.forEach((table) => namer.table(table, first.final, second.final)))) return undefined;
  return { step: undefined, only: 'final tables', ...tablesApart(first.final, second.final) };
}

/** Whether two values differ in generated values at most. */
function reads(naming: () => unknown): boolean {
  try {
    naming();
    return true;
  } catch (error) {
    if (error instanceof Uncontrolled) return false;
    throw error;
  }
}

/**
 * Whether a wait for a file, a timer or a socket of the code's own takes more than one turn of the event loop is a matter
 * of time. It is waited for all the same, so no decision depends on it.
 */
function decided(history: History): History {
  return history.filter((event) => event.kind !== 'outside');
}

/**
 * Messages may carry process numbers and positions; codes and constraints are what counts. What the gate noted about a
 * statement follows from the statements before it and their replies.
 */
function comparable(event: HistoryEvent): unknown {
  if (event.kind === 'free' || event.kind === 'released') {
    const { text, values, connection } = event.statement;
    return { ...event, statement: { text, values, connection } };
  }
  if (event.kind === 'completed') {
    const { openAfter: _, ...rest } = event;
    if (event.reply.kind === 'rows') return rest;
    const { sqlstate, constraint } = event.reply;
    return { ...rest, reply: { kind: 'error', sqlstate, constraint } };
  }
  if (event.kind === 'returned' && event.answer.kind === 'failed' && event.answer.sqlstate !== undefined) {
    const { sqlstate, constraint } = event.answer;
    return { ...event, answer: { kind: 'failed', sqlstate, constraint } };
  }
  return event;
}
