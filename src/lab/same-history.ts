/** Compares two executions of one scenario under one schedule, and finds where they first differ. */
import type { History, HistoryEvent } from '../core/history.ts';
import type { HistoryDifference } from '../core/history-difference.ts';
import type { DatabaseState } from '../core/state.ts';
import type { NamingRules } from '../oracle/generated-columns.ts';
import { Namer } from '../oracle/naming.ts';
import type { Span } from '../oracle/spans.ts';
import { Uncontrolled } from '../oracle/uncontrolled.ts';

/** The compared parts of an execution. */
export interface ExecutionContent {
  readonly history: History;
  readonly final: DatabaseState;
  /** What each session remembers at the end. */
  readonly memories: readonly unknown[];
  readonly span: Span;
}

export function historyDifference(
  first: ExecutionContent,
  second: ExecutionContent,
  rules: NamingRules,
  fixed: ReadonlySet<string>,
): HistoryDifference | undefined {
  const reading = { fixed, spans: [first.span, second.span] };
  const namer = new Namer({ ...rules, shifts: [] }, reading, [first.final, second.final]);
  const [ones, others] = [decisiveEvents(first.history), decisiveEvents(second.history)];
  const length = Math.max(ones.length, others.length);
  let step = 0;
  for (let index = 0; index < length; index += 1) {
    const a = ones[index];
    const b = others[index];
    if (a?.kind === 'released') step = a.step;
    const alike =
      a !== undefined && b !== undefined && agrees(() => namer.value('event', comparable(a), comparable(b)));
    if (!alike) return { kind: 'step', step, first: a, second: b };
  }
  if (!agrees(() => namer.value('memories', first.memories, second.memories)))
    return { kind: 'memory', first: first.memories, second: second.memories };
  const tables = Object.keys(first.final.tables);
  if (agrees(() => tables.forEach((table) => namer.table(table, first.final, second.final))))
    return undefined;
  return { kind: 'final tables', first: first.final, second: second.final };
}

/** Whether the values that are named together differ in generated values at most. */
function agrees(naming: () => unknown): boolean {
  try {
    naming();
    return true;
  } catch (error) {
    if (error instanceof Uncontrolled) return false;
    throw error;
  }
}

/**
 * All but the waits outside the database: whether a wait for a file, a timer or a socket takes more than one turn of the
 * event loop is a matter of time. The engine waits for it in either case, so no decision depends on it.
 */
function decisiveEvents(history: History): History {
  return history.filter((event) => event.kind !== 'outside');
}

/**
 * Errors are compared by code and constraint, since a message may carry process numbers and positions. Statements are
 * compared as they were sent: the gate's record of one follows from earlier statements and their replies. Which of a pool's
 * idle connections a statement gets depends on executions before; what an earlier statement left there shows in the reply.
 */
function comparable(event: HistoryEvent): unknown {
  if (event.kind === 'free' || event.kind === 'released') {
    const { text, values } = event.statement;
    return { ...event, statement: { text, values } };
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
