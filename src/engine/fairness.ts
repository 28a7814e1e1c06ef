/**
 * Fair scheduling (Musuvathi and Qadeer, "Fair Stateless Model Checking", PLDI 2008). A session that spins repeats what
 * can succeed only after a step of another session, and a schedule could follow it for ever. So a spinning session
 * yields: it is passed over while a session that could go at that moment still can and has not gone. In the paper a
 * thread announces that it yields; here a session yields once it got the same replies to the same statements several
 * times and changed nothing.
 *
 * Code that gives up after more tries than these may do what no fair schedule shows: a search that passed over a
 * session is not exhaustive.
 */
import { canonicalText } from '../core/plain.ts';
import type { Reply } from '../core/history.ts';
import type { ChoicePoint } from '../core/schedule.ts';

/** Equal tries before a session yields; code that gives up sooner is searched completely. */
const tries = 4;
/** Statements of one try, at most. */
const longestTry = 4;

interface Exchange {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly reply: Reply;
}

export class Fairness {
  /** By session: its last statements since its operation began, or since it last wrote. */
  readonly #sent: Exchange[][] = [];
  /** By session that yielded: the sessions that go first. */
  readonly #goFirst = new Map<number, Set<number>>();

  began(session: number): void {
    this.#sent[session] = [];
  }

  completed(session: number, sent: Exchange): void {
    const list = (this.#sent[session] ??= []);
    if (wrote(sent.reply)) list.length = 0;
    else if (list.push(sent) > tries * longestTry) list.shift();
  }

  /**
   * The choice point of the next decision. Called once before each.
   *
   * @param current the session that took the last step
   */
  point(step: number, current: number | undefined, runnable: readonly number[]): ChoicePoint {
    if (current !== undefined) {
      for (const others of this.#goFirst.values()) others.delete(current);
      if (this.spins(current))
        this.#goFirst.set(current, new Set(runnable.filter((other) => other !== current)));
      else this.#goFirst.delete(current);
    }
    const passedOver = runnable.filter((session) =>
      runnable.some((other) => this.#goFirst.get(session)?.has(other) === true),
    );
    if (passedOver.length === 0) return { step, current, runnable };
    return {
      step,
      current,
      runnable: runnable.filter((session) => !passedOver.includes(session)),
      passedOver,
    };
  }

  /** Whether the session's last tries were all alike. */
  spins(session: number): boolean {
    const sent = this.#sent[session] ?? [];
    for (let length = 1; length <= longestTry; length += 1) {
      const last = sent.slice(-length * tries);
      if (last.length < length * tries) return false;
      if (last.slice(length).every((each, index) => isSame(each, last[index]))) return true;
    }
    return false;
  }
}

function wrote(reply: Reply): boolean {
  return reply.kind === 'rows' && reply.command !== 'SELECT' && (reply.rowCount ?? 0) > 0;
}

function isSame(a: Exchange, b: Exchange | undefined): boolean {
  return a.text === b?.text && canonicalText([a.values, a.reply]) === canonicalText([b.values, b.reply]);
}
