/** What kept an execution going until it reached a limit, in words. */
import type { Backend, Blocker, LimitCause, SilentClient, UnansweredStatement } from '../core/limit-cause.ts';
import { unreachable } from '../core/unreachable.ts';
import { cutEnd, oneLine } from './text.ts';

/** Columns of a statement that are enough to recognise it. */
const shownStatement = 120;

export function limitCauseText(cause: LimitCause): string {
  switch (cause.kind) {
    case 'steps': {
      const { steps, unfinished, spinning } = cause;
      const taken = `${steps} steps were taken and ${sessionNames(unfinished)} had not finished`;
      const repeated = `${sessionNames(spinning)} got the same replies to the same statements again and again`;
      return spinning.length === 0 ? taken : `${taken}; ${repeated}`;
    }
    case 'connection':
      return 'a connection of the code under test was not opened';
    case 'outside': {
      const who = cause.waiting.map(({ session, operation }) => `s${session + 1} in ${operation}`).join(', ');
      return `${who} ${cause.waiting.length > 1 ? 'wait' : 'waits'} for a timer, file or network outside the database`;
    }
    case 'client':
      return cause.waiting.map(silentText).join('; ');
    case 'no-reply':
      return cause.statements.map(unansweredText).join('; ');
    default:
      return unreachable(cause);
  }
}

function silentText({ session, operation, lastLines }: SilentClient): string {
  const who = `the program of s${session + 1} hangs: in ${operation} it neither sends a statement nor answers`;
  return lastLines === '' ? who : `${who}; it last wrote to standard error:\n${lastLines}`;
}

/** `s1, s2`: sessions as people number them. */
function sessionNames(sessions: readonly number[]): string {
  return sessions.map((session) => `s${session + 1}`).join(', ');
}

function unansweredText({ session, text, backend }: UnansweredStatement): string {
  const statement = cutEnd(oneLine(text), shownStatement);
  const what = `the statement "${statement}" of s${session + 1} has no reply`;
  if (backend === 'unknown') return `${what}, and the server does not say why`;
  return `${what}: ${backend === 'gone' ? 'its backend is gone' : backendText(backend)}`;
}

function backendText({ state, waitsFor, blockers, stopped }: Backend): string {
  return [
    `its backend is ${stopped ? 'stopped by a signal, in state ' : ''}${state}`,
    waitsFor === undefined ? 'waits for nothing that the server knows' : `waits for ${waitsFor}`,
    ...(blockers.length === 0 ? [] : [`is blocked by ${blockers.map(blockerText).join(' and ')}`]),
  ].join(', ');
}

function blockerText({ pid, facts, session }: Blocker): string {
  if (session !== undefined) return `s${session + 1}`;
  if (pid === 0) return 'a prepared transaction';
  return `another process (${pid}: ${facts.length === 0 ? 'gone' : facts.join(', ')})`;
}
