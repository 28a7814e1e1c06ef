/**
 * Moves are a history told for windows: what to type where, in which order, and what to expect. A window is one
 * connection of one session, so code that uses several has several windows.
 */
import type { Reply, Statement } from '../core/history.ts';
import type { Answer } from '../core/model.ts';
import type { Counterexample } from '../core/result.ts';
import { connectionsIn } from '../core/sent-statements.ts';
import type { OperationRef } from '../core/verdict.ts';
import { operationText } from '../report/call-text.ts';
import { listed } from '../report/text.ts';
import { cannotExport } from './fault.ts';

export interface Window {
  /** `s2`, or `s2_c1` where session 2 uses more than one connection. */
  readonly name: string;
  readonly session: number;
  readonly connection: number;
}

export type Move =
  /** Messages sent one after another; only the last one is a step. The others (BEGIN, SAVEPOINT) wait for nobody. */
  | {
      readonly kind: 'send';
      readonly number: number;
      readonly window: Window;
      readonly messages: readonly Statement[];
    }
  | {
      readonly kind: 'waits';
      readonly number: number;
      readonly window: Window;
      readonly by: readonly number[];
    }
  | { readonly kind: 'goes-on'; readonly number: number; readonly window: Window }
  | {
      readonly kind: 'replies';
      readonly number: number;
      readonly window: Window;
      readonly statement: Statement;
      /** Undefined for a message that was no step: nobody recorded its reply. */
      readonly reply: Reply | undefined;
    }
  | ({ readonly kind: 'returned'; readonly answer: Answer } & OperationRef);

export interface Moves {
  readonly windows: readonly Window[];
  readonly moves: readonly Move[];
  /** Sends; they are numbered from 1. */
  readonly count: number;
}

/** @throws Fault `cannot-export` when the race is not one of statements alone */
export function movesOf(counterexample: Counterexample): Moves {
  const { history, violation, scenario } = counterexample;
  if (violation.kind === 'stuck') {
    const outside = violation.waits.filter(({ where }) => where === 'outside');
    const who = listed(outside.map((ref) => operationText(scenario, ref))).replaceAll('\u00a0', ' ');
    throw cannotExport(
      `${who} ${outside.length === 1 ? 'waits' : 'wait'} for something inside the process (a mutex, say), which a database client does not have`,
      'export it with --format vitest, or replay it',
    );
  }
  const windows = windowsOf(counterexample);
  const moves: Move[] = [];
  const waiting = new Map<Window, Statement[]>();
  const sent = new Map<
    number,
    { readonly number: number; readonly window: Window; readonly statement: Statement }
  >();
  let count = 0;
  const windowOf = (session: number, { connection }: Statement): Window => {
    const window = windows.find((each) => each.session === session && each.connection === connection);
    if (window === undefined) throw new Error('every statement has a window');
    return window;
  };
  for (const event of history) {
    switch (event.kind) {
      case 'free': {
        const window = windowOf(event.session, event.statement);
        waiting.set(window, [...(waiting.get(window) ?? []), event.statement]);
        break;
      }
      case 'released': {
        const { statement, step } = event;
        const window = windowOf(event.session, statement);
        const messages = [...(waiting.get(window) ?? []), statement];
        waiting.delete(window);
        count += 1;
        sent.set(step, { number: count, window, statement });
        moves.push({ kind: 'send', number: count, window, messages });
        break;
      }
      case 'blocked':
      case 'unblocked':
      case 'completed': {
        const of = sent.get(event.step);
        if (of === undefined) throw cannotExport(`step ${event.step + 1} ends before it begins`);
        const { number, window, statement } = of;
        if (event.kind === 'blocked') moves.push({ kind: 'waits', number, window, by: event.by });
        else if (event.kind === 'unblocked') moves.push({ kind: 'goes-on', number, window });
        else {
          moves.push({ kind: 'replies', number, window, statement, reply: event.reply });
          sent.delete(event.step);
        }
        break;
      }
      case 'returned':
        moves.push(event);
        break;
      case 'began':
      case 'outside':
        break;
    }
  }
  const [unanswered] = sent.values();
  if (unanswered !== undefined)
    throw cannotExport(`step ${unanswered.number} has no reply in the saved history`);
  for (const [window, messages] of waiting) {
    const statement = messages.at(-1);
    if (statement === undefined) continue;
    count += 1;
    moves.push({ kind: 'send', number: count, window, messages });
    moves.push({ kind: 'replies', number: count, window, statement, reply: undefined });
  }
  if (count === 0)
    throw cannotExport('its history has no statement: no overlap is needed to see what is wrong');
  return { windows, moves, count };
}

function windowsOf({ history }: Counterexample): readonly Window[] {
  return [...connectionsIn(history)]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([session, connections]) =>
      connections.map((connection): Window => {
        const name = connections.length === 1 ? `s${session + 1}` : `s${session + 1}_c${connection}`;
        return { name, session, connection };
      }),
    );
}

/** Sessions that a deadlock ended: they must be the ones that look for it first. */
export function deadlockVictims({ moves }: Moves): ReadonlySet<Window> {
  return new Set(
    moves.flatMap((move) =>
      move.kind === 'replies' && move.reply?.kind === 'error' && move.reply.sqlstate === '40P01'
        ? [move.window]
        : [],
    ),
  );
}
