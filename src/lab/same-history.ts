/** Compares two executions of one scenario under one schedule, and finds where they first differ. */
import type { History, HistoryEvent } from '../core/history.ts';
import type { HistoryDifference } from '../core/history-difference.ts';
import { tablesOf, type DatabaseState } from '../core/state.ts';
import type { NamingRules } from '../oracle/generated-columns.ts';
import { Namer, resultPlace } from '../oracle/naming.ts';
import type { Name } from '../oracle/text-pair.ts';
import type { Span } from '../oracle/spans.ts';
import { comparable as comparableAnswer } from '../oracle/values.ts';
import { Uncontrolled } from '../oracle/uncontrolled.ts';

import type { MadeValues, Occasion } from './made-values.ts';

/** The compared parts of an execution. */
export interface ExecutionContent {
  readonly history: History;
  readonly final: DatabaseState;
  /** What each session remembers at the end. */
  readonly memories: readonly unknown[];
  readonly span: Span;
}

/** @param made receives the values in which the two differ */
export function historyDifference(
  first: ExecutionContent,
  second: ExecutionContent,
  rules: NamingRules,
  fixed: ReadonlySet<string>,
  made?: MadeValues,
): HistoryDifference | undefined {
  let occasion: Occasion | undefined;
  const met = ({ text }: Name, place: string): void => {
    if (occasion !== undefined) made?.meet(text, place, occasion);
  };
  const context = { fixed, spans: [first.span, second.span], met };
  const namer = new Namer({ ...rules, shifts: [] }, context, [first.final, second.final]);
  const [ones, others] = [decisiveEvents(first.history), decisiveEvents(second.history)];
  const length = Math.max(ones.length, others.length);
  let step = 0;
  for (let index = 0; index < length; index += 1) {
    const a = ones[index];
    const b = others[index];
    if (a?.kind === 'released') step = a.step;
    occasion = a;
    if (a !== undefined) made?.begin(a);
    const alike =
      a !== undefined &&
      b !== undefined &&
      agrees(() => namer.value(a.kind, comparable(a), comparable(b), placeOf(a, b, made)));
    if (!alike) return { kind: 'step', step, first: a, second: b };
  }
  occasion = undefined;
  if (!agrees(() => namer.value('memories', first.memories, second.memories)))
    return { kind: 'memory', first: first.memories, second: second.memories };
  const tables = tablesOf(first.final, second.final);
  const nameTable = (table: string): void => {
    occasion = { kind: 'table', table };
    namer.table(table, first.final, second.final);
  };
  if (agrees(() => tables.forEach(nameTable))) return undefined;
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

/** Where values of these events are, as far as both agree. Parameters and columns are places of their own. */
function placeOf(one: HistoryEvent, two: HistoryEvent, made: MadeValues | undefined): string {
  if ('statement' in one && 'statement' in two)
    return one.statement.text === two.statement.text ? `sent ${one.statement.text}` : 'sent';
  if (one.kind === 'completed' && one.reply.kind === 'rows') return `reply ${one.reply.columns.join()}`;
  return one.kind === 'returned' ? resultPlace(made?.operationOf(one) ?? '') : one.kind;
}

/**
 * Errors are compared by code and constraint, since a message may carry process numbers and positions. Statements are
 * compared as they were sent: the gate's record of one follows from earlier statements and their replies. Which of a pool's
 * idle connections a statement gets depends on executions before; what an earlier statement left there shows in the reply.
 */
function comparable(event: HistoryEvent): unknown {
  if (event.kind === 'free' || event.kind === 'released') {
    const { text, values } = event.statement;
    return { ...event, statement: { text, values: byPosition(values) } };
  }
  if (event.kind === 'completed') {
    const { openAfter: _, ...rest } = event;
    if (event.reply.kind === 'rows') {
      const rows = event.reply.rows.map(byPosition);
      return { ...rest, reply: { ...event.reply, rows } };
    }
    const { sqlstate, constraint } = event.reply;
    return { ...rest, reply: { kind: 'error', sqlstate, constraint } };
  }
  if (event.kind === 'returned') {
    const { answer, ...rest } = event;
    return { ...rest, ...comparableAnswer(answer) };
  }
  return event;
}

/** Parameters and the cells of a row are no list: each has a place of its own. */
function byPosition(list: readonly unknown[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(list.entries());
}
