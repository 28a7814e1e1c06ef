/**
 * Reads the content of a replay line. It was pasted by somebody, so nothing about it is believed: each part is what it
 * should be, or the line is refused.
 */
import { messageOf } from '../core/fault.ts';
import { isolationLevels, type IsolationLevel } from '../core/isolation.ts';
import { fromJsonValue } from '../core/json-value.ts';
import type { Rows } from '../core/model.ts';
import { orderRules, type OrderRule } from '../core/order-rule.ts';
import { parseSchedule, type Schedule } from '../core/schedule.ts';
import type { Scenario } from '../core/scenario.ts';

export interface ReplayLine {
  readonly model: string;
  readonly driver: string;
  readonly isolation: IsolationLevel;
  readonly order: OrderRule;
  readonly scenario: Scenario;
  readonly schedule: Schedule;
}

/** Each session takes a connection. */
const maxSessions = 100;
const maxCalls = 1_000;

/** @throws Error whose message says which part is wrong */
export function decodeContent(content: unknown): ReplayLine {
  const [model, driver, isolation, order, schedule, rows, sessions] = listOf(content, 'content');
  const level = isolationLevels[Number.isInteger(isolation) ? Number(isolation) : -1];
  if (level === undefined) throw new Error('it names no isolation level');
  const rule = orderRules.find((each) => each === order);
  if (rule === undefined) throw new Error('it names no order');
  return {
    model: textOf(model, 'model'),
    driver: textOf(driver, 'engine'),
    isolation: level,
    order: rule,
    schedule: scheduleOf(textOf(schedule, 'schedule')),
    scenario: { rows: rowsOf(rows), sessions: sessionsOf(sessions) },
  };
}

function scheduleOf(text: string): Schedule {
  try {
    return parseSchedule(text);
  } catch (error) {
    throw new Error(`${messageOf(error).slice(0, 80)}`, { cause: error });
  }
}

function rowsOf(value: unknown): Rows {
  const rows = fromJsonValue(value);
  if (typeof rows !== 'object' || rows === null) throw new Error('its rows are none');
  for (const list of Object.values(rows)) {
    const isRow = (row: unknown): boolean => typeof row === 'object' && row !== null;
    if (!Array.isArray(list) || !list.every(isRow)) throw new Error('its rows are none');
  }
  return rows as Rows;
}

function sessionsOf(value: unknown): Scenario['sessions'] {
  const sessions = listOf(value, 'sessions').map((calls) =>
    listOf(calls, 'calls').map((call) => {
      const [operation, args] = listOf(call, 'call');
      return { operation: textOf(operation, 'operation'), args: listOf(fromJsonValue(args), 'arguments') };
    }),
  );
  if (sessions.length > maxSessions) throw new Error(`it has more than ${maxSessions} sessions`);
  if (sessions.flat().length > maxCalls) throw new Error(`it has more than ${maxCalls} calls`);
  return sessions;
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`its ${what} is no list`);
  return value;
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Error(`its ${what} is no text`);
  return value;
}
