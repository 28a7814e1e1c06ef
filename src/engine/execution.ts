/**
 * One execution: one scenario under one schedule. After a step is released the engine waits until every
 * session is settled (it queued its next statement, finished, is observed to wait for another of our
 * sessions, or waits outside the database); only then is the next choice made. No decision depends on time:
 * limits only end an execution without a verdict.
 */
import type { HistoryEvent, Statement } from '../core/history.ts';
import type { Answer, Call, Model } from '../core/model.ts';
import { plain } from '../core/plain.ts';
import type { ChoicePoint } from '../core/schedule.ts';
import type { Database } from '../driver/contract.ts';
import type { Gate, GatedClient, HeldStatement, Sent } from '../driver/gated-client.ts';
import { statementKind } from '../driver/statement-kind.ts';
import type { LimitName, Limits } from './limits.ts';
import { pendingWork, trackOutsideWork } from './outside.ts';
import type { Choice, End, ExecutionRecord, Span, StuckWait } from './record.ts';
import { replyOf } from './reply.ts';
import { SessionRun, type InFlight } from './session.ts';
import { Signal, turn } from './signal.ts';
import { stableWaits } from './stability.ts';

/** What the execution needs from the lane it runs on. */
export interface ClientStock {
  readonly database: Database;
  /** A client in its initial state, connected unless more are taken than were prepared. */
  take(): GatedClient;
  giveBack(client: GatedClient): void;
}

export interface Plan {
  readonly model: Model;
  readonly sessions: readonly (readonly Call[])[];
  /** What each session remembers at first. Default: what the model says. */
  readonly memories?: readonly unknown[];
  readonly choose: (point: ChoicePoint) => number;
  readonly limits: Limits;
}

/** How soon to look for blocked backends that do not announce themselves; then twice as long each time. */
const firstLookMs = 1;
const slowestLookMs = 16;
/** How often a wait must be seen before it is accepted without the announcement that should have come. */
const looksWithoutAnnouncement = 8;

export function execute(stock: ClientStock, plan: Plan): Promise<ExecutionRecord> {
  return new Execution(stock, plan).run();
}

class Execution {
  readonly #stock: ClientStock;
  readonly #database: Database;
  readonly #plan: Plan;
  readonly #signal = new Signal();
  readonly #sessions: readonly SessionRun[];
  readonly #owners = new Map<GatedClient, SessionRun>();
  readonly #history: HistoryEvent[] = [];
  readonly #choices: Choice[] = [];
  readonly #answers: Answer[][];
  readonly #spans: Span[][];
  /** Events since the last decision; put in canonical order when all is quiet. */
  #phase: HistoryEvent[] = [];
  #current: number | undefined;
  #steps = 0;
  #end: End | undefined;
  /** Counts replies and sends: an observation made before the last one is stale. */
  #generation = 0;
  /** Something ran since promise chains were last known to be drained. */
  #active = false;

  constructor(stock: ClientStock, plan: Plan) {
    this.#stock = stock;
    this.#database = stock.database;
    this.#plan = plan;
    const shared = plan.model.shared?.() ?? {};
    this.#sessions = plan.sessions.map((calls, index) => {
      const memory = plan.memories === undefined ? (plan.model.memory?.() ?? {}) : structuredClone(plan.memories[index]);
      return new SessionRun(plan.model, index, calls, memory, shared, {
        lease: (owner) => this.#lease(owner),
        notify: () => this.#notify(),
        returned: (_, operation, answer) => this.#returned(index, operation, answer),
      });
    });
    this.#answers = plan.sessions.map(() => []);
    this.#spans = plan.sessions.map(() => []);
  }

  async run(): Promise<ExecutionRecord> {
    trackOutsideWork(true);
    try {
      while (this.#end === undefined) await this.#decide();
      if (this.#end.kind !== 'completed') await this.#unwind();
    } finally {
      trackOutsideWork(false);
      for (const session of this.#sessions) for (const client of session.clients) this.#stock.giveBack(client);
    }
    return {
      end: this.#end,
      history: this.#history,
      choices: this.#choices,
      answers: this.#answers,
      spans: this.#spans,
      memories: this.#sessions.map((session) => plain(session.memory)),
    };
  }

  // ---------------------------------------------------------------- decisions

  async #decide(): Promise<void> {
    await this.#settle();
    if (this.#end !== undefined) return;
    const runnable = this.#sessions.filter((session) => this.#isRunnable(session)).map((session) => session.index);
    if (runnable.length === 0) return this.#nobodyRunnable();
    if (this.#steps >= this.#plan.limits.maxSteps) {
      return this.#giveUp('maxSteps', `${this.#steps} steps were taken and ${this.#whoIsLeft()}`);
    }
    const point: ChoicePoint = { step: this.#steps, current: this.#current, runnable };
    const chosen = this.#plan.choose(point);
    const session = this.#sessions[chosen];
    if (session === undefined || !runnable.includes(chosen)) {
      throw new Error(`the strategy chose session ${chosen}, which is not runnable`);
    }
    this.#choices.push({ point, chosen });
    this.#current = chosen;
    this.#steps += 1;
    await this.#step(session);
  }

  /**
   * Starting an operation and sending its first statement are one step: what an operation does before its first
   * statement is seen by nobody. Unless sessions share state inside the process (a mutex, say): then the start is
   * a step of its own.
   */
  async #step(session: SessionRun): Promise<void> {
    if (session.next() === undefined) {
      const { index, operation } = session;
      this.#phase.push({ kind: 'began', session: index, operation, step: this.#steps - 1 });
      this.#spans[session.index]?.push({ invoked: this.#steps - 1, returned: -1 });
      this.#active = true;
      session.start();
      await this.#settle();
      if (this.#end !== undefined || this.#plan.model.shared !== undefined) return;
    }
    const statement = session.next();
    if (statement === undefined || this.#database.isHeldBack(statement.client)) return;
    session.take(statement);
    this.#phase.push({
      kind: 'released',
      session: session.index,
      operation: session.operation,
      step: this.#steps - 1,
      statement: this.#describe(session, statement),
    });
    this.#send(session, statement, this.#steps - 1);
  }

  #isRunnable(session: SessionRun): boolean {
    if (session.connecting > 0) return false;
    const statement = session.next();
    if (statement !== undefined) return !this.#database.isHeldBack(statement.client);
    if (session.program !== 'ready' || session.inFlight.size > 0) return false;
    // Where an open transaction holds the whole engine, starting another operation would only queue it up.
    if (this.#database.capabilities.concurrentTransactions) return true;
    return !this.#database.isHeldBack(session.client);
  }

  async #nobodyRunnable(): Promise<void> {
    if (this.#sessions.every((session) => session.program === 'done' && session.inFlight.size === 0)) {
      this.#end = { kind: 'completed' };
      return;
    }
    const waiting = this.#sessions.filter((session) => pendingWork(session.outside) !== 'nothing');
    if (waiting.length > 0) return this.#waitForOutside(waiting);
    const waits = this.#sessions
      .filter((session) => session.program !== 'done')
      .map((session): StuckWait => {
        const blocked = [...session.inFlight.values()].length > 0;
        const by = this.#blockers.get(session.index) ?? [];
        return { session: session.index, operation: session.operation, where: blocked ? 'database' : 'outside', by };
      });
    this.#end = { kind: 'stuck', waits };
  }

  // ------------------------------------------------------------------ settling

  /** Returns when every session is settled, with the phase's events in canonical order. */
  async #settle(): Promise<void> {
    let lookMs = this.#database.capabilities.announcesWaits ? slowestLookMs : firstLookMs;
    let looks = 0;
    let since = performance.now();
    while (this.#end === undefined) {
      // From here to `break` nothing is awaited: what was found to be quiet is still quiet then.
      const waiting = this.#somethingRuns();
      if (waiting !== undefined) {
        await waiting();
        continue;
      }
      const inFlight = this.#inFlight();
      if (inFlight.length === 0) break;
      if (inFlight.every((entry) => entry.blocked) && this.#verified === this.#generation) break;

      const running = inFlight.filter((entry) => !entry.blocked);
      if (!running.every((entry) => entry.announced)) {
        if (await this.#signal.wait(lookMs)) {
          since = performance.now();
          continue;
        }
        lookMs = Math.min(lookMs * 2, slowestLookMs);
      }
      looks += 1;
      // Whatever it finds is judged from the top: a reply may have come while the database was asked.
      if (await this.#look(looks > looksWithoutAnnouncement)) continue;
      if (performance.now() - since > this.#plan.limits.stepTimeoutMs) {
        this.#giveUp('stepTimeoutMs', `a statement of ${names(running.map((e) => this.#ownerOf(e).index))} has no reply`);
      } else if (running.every((entry) => entry.announced)) await this.#signal.wait(firstLookMs);
    }
    this.#flush();
  }

  /**
   * What to wait for where the code under test may still do something by itself; undefined where every session has
   * queued a statement, ended, has one in flight, or waits for somebody else.
   */
  #somethingRuns(): (() => Promise<void>) | undefined {
    const expecting = this.#sessions.filter((session) => session.expecting && session.connecting === 0);
    // A statement that arrives in the same promise chain spares the turn of the event loop.
    if (expecting.length > 0) return () => this.#drain(expecting);
    if (this.#sessions.some((session) => session.connecting > 0)) return () => this.#waitForConnection();
    const outside = this.#sessions.filter((session) => this.#isOutside(session));
    if (outside.length > 0 && this.#active) {
      // What one session just did (released a mutex, say) may let another go on: let all chains drain.
      return async () => {
        this.#active = false;
        this.#signal.clear();
        await turn();
      };
    }
    this.#active = false;
    const soon = outside.filter((session) => pendingWork(session.outside) === 'soon');
    return soon.length === 0 ? undefined : () => this.#waitForOutside(soon);
  }

  async #drain(expecting: readonly SessionRun[]): Promise<void> {
    const generation = this.#generation;
    if (!(await this.#eventOrTurn())) return;
    // A reply that came during the turn hands control over anew.
    if (this.#generation === generation) for (const session of expecting) this.#noteOutside(session);
  }

  async #waitForConnection(): Promise<void> {
    if (await this.#signal.wait(this.#plan.limits.outsideTimeoutMs)) return;
    this.#giveUp('outsideTimeoutMs', 'a connection of the code under test was not opened');
  }

  #isOutside(session: SessionRun): boolean {
    return session.program === 'inside' && session.held.length === 0 && session.inFlight.size === 0;
  }

  #noteOutside(session: SessionRun): void {
    if (!session.expecting) return;
    session.expecting = false;
    if (this.#isOutside(session)) {
      this.#phase.push({ kind: 'outside', session: session.index, operation: session.operation });
    }
  }

  async #waitForOutside(waiting: readonly SessionRun[]): Promise<void> {
    if (await this.#signal.wait(this.#plan.limits.outsideTimeoutMs)) return;
    const who = waiting.map((session) => `s${session.index + 1} in ${this.#operationName(session)}`).join(', ');
    this.#giveUp('outsideTimeoutMs', `${who} waits for a timer, file or network outside the database`);
  }

  /** True when a turn of the event loop passed without an event. */
  async #eventOrTurn(): Promise<boolean> {
    let turned = false;
    const immediate = setImmediate(() => {
      turned = true;
      this.#signal.notify();
    });
    await this.#signal.wait();
    clearImmediate(immediate);
    return turned;
  }

  /** Sessions that each blocked session waits for, as last observed. */
  readonly #blockers = new Map<number, readonly number[]>();
  /** The generation at which all that is in flight was seen to be blocked. */
  #verified = -1;

  /** Asks the database who waits for whom. True when everything in flight can only be freed by another step. */
  async #look(withoutAnnouncement: boolean): Promise<boolean> {
    const generation = this.#generation;
    const inFlight = this.#inFlight();
    const waits = await this.#database.waits(inFlight.map((entry) => entry.statement.client.pid));
    // Announcements that were sent before the answer are in our socket buffers: one turn delivers them.
    await turn();
    if (this.#generation !== generation) return false;
    const idle = new Set<number>();
    const sessionOf = new Map<number, number>();
    for (const [client, session] of this.#owners) {
      sessionOf.set(client.pid, session.index);
      if (!session.inFlight.has(client)) idle.add(client.pid);
    }
    const stable = stableWaits(waits, idle);
    const announces = this.#database.capabilities.announcesWaits && !withoutAnnouncement;
    let settled = inFlight.length > 0;
    for (const entry of inFlight) {
      const { pid } = entry.statement.client;
      const session = this.#ownerOf(entry).index;
      const accepted = stable.has(pid) && (entry.announced || !announces);
      if (accepted) {
        const by = waits.find((wait) => wait.pid === pid)?.blockedBy ?? [];
        const sessions = [...new Set(by.map((other) => sessionOf.get(other)).filter((s) => s !== undefined))].sort();
        if (!entry.recorded || String(this.#blockers.get(session)) !== String(sessions)) {
          this.#phase.push({ kind: 'blocked', session, step: entry.step ?? this.#steps, by: sessions });
        }
        this.#blockers.set(session, sessions);
        entry.recorded = true;
      } else settled = false;
      entry.blocked = accepted;
    }
    if (settled) this.#verified = generation;
    return settled;
  }

  #inFlight(): InFlight[] {
    return this.#sessions.flatMap((session) => [...session.inFlight.values()]);
  }

  /**
   * Ordered by decisions, never by arrival: the session that was chosen first, then the others by number.
   * Within a session events keep their order.
   */
  #flush(): void {
    const rank = (event: HistoryEvent): number => (event.session === this.#current ? -1 : event.session);
    this.#history.push(...this.#phase.sort((a, b) => rank(a) - rank(b)));
    this.#phase = [];
  }

  // ---------------------------------------------------------------------- gate

  #lease(session: SessionRun): GatedClient {
    const client = this.#stock.take();
    client.gate = this.#gate(session);
    this.#owners.set(client, session);
    session.clients.push(client);
    return client;
  }

  #gate(session: SessionRun): Gate {
    return {
      hold: (statement) => this.#hold(session, statement),
      completed: (statement, sent) => this.#completed(session, statement, sent),
      announced: (client, waiting) => {
        const entry = session.inFlight.get(client);
        if (entry === undefined) return;
        entry.announced = waiting;
        this.#signal.notify();
      },
      connecting: (_client, connected) => session.connectingTo(connected),
      ended: () => {},
    };
  }

  #hold(session: SessionRun, statement: HeldStatement): void {
    this.#active = true;
    const kind = statementKind(statement.text);
    const goesAlong = kind === 'free' || (kind === 'begin' && this.#database.capabilities.concurrentTransactions);
    const first =
      !session.inFlight.has(statement.client) && !session.held.some((held) => held.client === statement.client);
    if (goesAlong && first && !session.abandoned && !this.#database.isHeldBack(statement.client)) {
      session.expecting = false;
      this.#phase.push({
        kind: 'free',
        session: session.index,
        operation: session.operation,
        statement: this.#describe(session, statement),
      });
      this.#send(session, statement, undefined);
      return;
    }
    session.queue(statement);
  }

  #send(session: SessionRun, statement: HeldStatement, step: number | undefined): void {
    session.inFlight.set(statement.client, { statement, step, announced: false, blocked: false, recorded: false });
    this.#generation += 1;
    void statement.send();
  }

  #completed(session: SessionRun, statement: HeldStatement, sent: Sent): void {
    const entry = session.inFlight.get(statement.client);
    session.inFlight.delete(statement.client);
    this.#generation += 1;
    this.#active = true;
    session.expecting = true;
    if (entry?.step !== undefined) {
      if (entry.recorded) this.#phase.push({ kind: 'unblocked', session: session.index, step: entry.step });
      this.#phase.push({ kind: 'completed', session: session.index, step: entry.step, reply: replyOf(sent) });
    }
    this.#blockers.delete(session.index);
    this.#signal.notify();
  }

  #returned(session: number, operation: number, answer: Answer): void {
    this.#active = true;
    this.#answers[session]?.push(answer);
    const spans = this.#spans[session];
    const span = spans?.[operation];
    if (spans !== undefined && span !== undefined) spans[operation] = { ...span, returned: this.#steps - 1 };
    this.#phase.push({ kind: 'returned', session, operation, answer });
  }

  #notify(): void {
    this.#signal.notify();
  }

  // -------------------------------------------------------------------- endings

  #giveUp(limit: LimitName, detail: string): void {
    this.#end ??= { kind: 'gave-up', limit, detail };
  }

  /** Makes the code under test unwind and frees the database, so that the next execution finds nothing of this one. */
  async #unwind(): Promise<void> {
    this.#flush();
    for (const session of this.#sessions) session.abandon();
    const busy = this.#inFlight().map((entry) => entry.statement.client.pid);
    if (busy.length > 0) await this.#database.terminate(busy);
    const deadline = performance.now() + this.#plan.limits.unwindTimeoutMs;
    while (this.#sessions.some((session) => session.program !== 'done' || session.inFlight.size > 0)) {
      const left = deadline - performance.now();
      // Whoever awaits a promise that nobody will keep is left behind; its clients are refused from now on.
      const hopeless = this.#sessions.every(
        (session) =>
          session.program === 'done' || (session.inFlight.size === 0 && pendingWork(session.outside) === 'nothing'),
      );
      if (hopeless) {
        this.#signal.clear();
        await turn();
        if (!(await this.#eventBeforeTurn())) break;
      } else if (left <= 0 || !(await this.#signal.wait(left))) break;
    }
  }

  async #eventBeforeTurn(): Promise<boolean> {
    return !(await this.#eventOrTurn());
  }

  // --------------------------------------------------------------------- words

  #describe(session: SessionRun, statement: HeldStatement): Statement {
    return {
      text: statement.text,
      values: plain(statement.values) as unknown[],
      connection: session.clients.indexOf(statement.client),
    };
  }

  #ownerOf(entry: InFlight): SessionRun {
    const owner = this.#owners.get(entry.statement.client);
    if (owner === undefined) throw new Error('a statement in flight belongs to no session');
    return owner;
  }

  #operationName(session: SessionRun): string {
    return session.calls[session.operation]?.operation ?? '(no operation)';
  }

  #whoIsLeft(): string {
    const left = this.#sessions.filter((session) => session.program !== 'done');
    return `${names(left.map((session) => session.index))} had not finished`;
  }
}

function names(sessions: readonly number[]): string {
  return sessions.map((session) => `s${session + 1}`).join(', ');
}
