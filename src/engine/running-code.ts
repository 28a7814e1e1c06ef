/**
 * Whether the code under test may still do something by itself: run on after a reply, open a connection, or wait for
 * something outside the database.
 */
import { pendingWork } from './outside.ts';
import type { SessionRun } from './session.ts';
import { turn } from './signal.ts';
import type { Surroundings } from './surroundings.ts';
import type { WaitKnowledge } from './wait-knowledge.ts';

/** How often to see whether what is waited for outside the database still goes on. */
const lookMs = 10;
/** The same for timers that fire at once. */
const lookersMs = 1;

export class RunningCode {
  readonly #in: Surroundings;
  readonly #waits: Pick<WaitKnowledge, 'generation'>;
  /** Code ran since promise chains were last known to be drained. */
  #ran = false;
  /** The last reply or send when promise chains were last known to be drained. */
  #drainedAt = 0;
  /** An operation began or ended, or a notification came. */
  #happened = false;
  /** The last reply or send that the sessions' timers were told of. */
  #toldAt = 0;

  /** @param waits counts replies and sends */
  constructor(surroundings: Surroundings, waits: Pick<WaitKnowledge, 'generation'>) {
    this.#in = surroundings;
    this.#waits = waits;
  }

  ran(): void {
    this.#ran = true;
    this.#happened = true;
  }

  /**
   * How to wait if the code under test may still do something by itself; undefined if every session has queued a
   * statement, ended, has one in flight, or waits for somebody else.
   */
  wait(): (() => Promise<void>) | undefined {
    const { sessions } = this.#in;
    let connecting = false;
    let expecting = false;
    let outside = false;
    const away: SessionRun[] = [];
    for (const session of sessions) {
      if (session.connecting > 0) connecting = true;
      else if (session.isAway) {
        if (session.isOutside) away.push(session);
      } else if (session.expecting) expecting = true;
      else if (session.isOutside) outside = true;
    }
    this.#tellTimers();
    // A statement that arrives in the same promise chain spares the turn of the event loop.
    if (expecting) return () => this.#drain();
    if (connecting) return () => this.#waitForConnection();
    if (away.length > 0) return () => this.#waitForPrograms(away);
    // An act of one session (it released a mutex, say) may let another go on.
    if (outside && (this.#ran || this.#drainedAt !== this.#waits.generation))
      return () => this.#letChainsDrain();
    this.#drained();
    if (!outside) return undefined;
    // In the context of a session that is between operations others may go on (see `Heirs`).
    const goesOnSoon = ({ isOutside, program, outside: work }: SessionRun): boolean =>
      (isOutside || program !== 'inside') && pendingWork(work) === 'soon';
    const turn = this.#takeTurns(sessions.filter(goesOnSoon));
    return turn.length === 0 ? undefined : () => this.waitForOutside(turn, goesOnSoon);
  }

  /**
   * Code that looks again and again does so when nobody else is awaited, one session after another in the order in which
   * their operations began: which of them notices something first is not left to their timers.
   *
   * @param soon the sessions that go on by themselves
   * @returns those that are awaited now
   */
  #takeTurns(soon: readonly SessionRun[]): readonly SessionRun[] {
    const looks = ({ outside }: SessionRun): boolean => outside.ticks.looks;
    const others = soon.filter((session) => !looks(session));
    const lookers = soon.filter(looks).toSorted((a, b) => a.startedAs - b.startedAs);
    const turn = others.length > 0 ? others : lookers.slice(0, 1);
    for (const session of this.#in.sessions)
      if (session.isOutside && looks(session))
        session.outside.ticks.pace(turn.includes(session) ? 'quick' : 'held');
    return turn;
  }

  #tellTimers(): void {
    if (!this.#happened && this.#toldAt === this.#waits.generation) return;
    this.#happened = false;
    this.#toldAt = this.#waits.generation;
    for (const { outside } of this.#in.sessions) outside.ticks.happened();
  }

  #drained(): void {
    this.#ran = false;
    this.#drainedAt = this.#waits.generation;
  }

  #letChainsDrain(): Promise<void> {
    this.#drained();
    this.#in.signal.clear();
    return turn();
  }

  async #drain(): Promise<void> {
    const { sessions, signal, recorder } = this.#in;
    const { generation } = this.#waits;
    const expecting = sessions.filter(
      (session) => session.expecting && session.connecting === 0 && !session.isAway,
    );
    if (!(await signal.quietTurn())) return;
    // A reply that came during the turn hands control over again.
    if (this.#waits.generation !== generation) return;
    for (const session of expecting) {
      if (!session.expecting || session.connecting > 0) continue;
      session.expecting = false;
      if (!session.isOutside) continue;
      recorder.add({ kind: 'outside', session: session.index, operation: session.operation });
    }
  }

  async #waitForConnection(): Promise<void> {
    if (await this.#in.signal.wait(this.#in.limits.outsideTimeoutMs)) return;
    this.#in.giveUp('outsideTimeoutMs', { kind: 'connection' });
  }

  async #waitForPrograms(away: readonly SessionRun[]): Promise<void> {
    const { signal, limits } = this.#in;
    if (await signal.wait(limits.outsideTimeoutMs)) return;
    const waiting = away.map(({ index, operationName }) => ({
      session: index,
      operation: operationName,
      lastLines: this.#in.lastLines(index),
    }));
    this.#in.giveUp('outsideTimeoutMs', { kind: 'client', waiting });
  }

  /**
   * Gives up if the limit passes without an event. What is waited for may end without one: a timer that nobody needs fires.
   *
   * @param waits whether a session still waits for something that ends by itself
   */
  async waitForOutside(
    waiting: readonly SessionRun[],
    waits: (session: SessionRun) => boolean,
  ): Promise<void> {
    const until = performance.now() + this.#in.limits.outsideTimeoutMs;
    const every = waiting.every(({ outside }) => outside.ticks.looks) ? lookersMs : lookMs;
    for (let left = until - performance.now(); left > 0; left = until - performance.now()) {
      if (await this.#in.signal.wait(Math.min(left, every))) return;
      if (waiting.some(waits)) continue;
      this.#ran = true;
      return;
    }
    const names = waiting.map(({ index, operationName }) => ({ session: index, operation: operationName }));
    this.#in.giveUp('outsideTimeoutMs', { kind: 'outside', waiting: names });
  }
}
