/**
 * Waits until every session is settled: it queued its next statement, ended, is observed to wait for another of
 * our sessions, or waits outside the database. Nothing is concluded from time having passed; limits only end an
 * execution without a verdict.
 */
import { within } from '../driver/within.ts';
import type { Database } from '../driver/contract.ts';
import type { GatedClient, HeldStatement } from '../driver/gated-client.ts';
import { HeldWaiters } from './held-waiters.ts';
import type { LimitName, Limits } from './limits.ts';
import { pendingWork } from './outside.ts';
import { fetchNotifications, listeningClients } from './notifications.ts';
import type { Recorder } from './recorder.ts';
import { isOverdue, type InFlight, type SessionRun } from './session.ts';
import { type Signal, turn } from './signal.ts';
import { idleBackends, prepared, stableWaits } from './stability.ts';
import { describeStall, silentServer } from './stall.ts';
import type { WaitMemory } from './wait-memory.ts';

/** How soon to look whether a statement waits, where nothing told so; then twice as long each time. */
const firstLookMs = 1;
const slowestLookMs = 16;
/** A look may be quicker than the statement: then it is taken again. */
const mostLooksAtOnce = 3;
/** How long a deadlock check may be overdue: the settings that announce it can be changed by the code under test. */
const announcementMs = 100;

/** How long a question may take while backends are held still. */
const rescueMs = 500;

/** What an execution lends to its settler. */
export interface Settling {
  readonly database: Database;
  readonly limits: Limits;
  readonly sessions: readonly SessionRun[];
  /** Whose client it is. */
  readonly owners: ReadonlyMap<GatedClient, SessionRun>;
  readonly recorder: Recorder;
  readonly signal: Signal;
  readonly waits: WaitMemory;
  giveUp(limit: LimitName, detail: string): void;
  ended(): boolean;
}

export class Settler {
  readonly #in: Settling;
  /** Counts replies and sends: an observation made before the last one is stale. */
  #generation = 0;
  /** The generation at which all that is in flight was seen to be blocked. */
  #verified = -1;
  /** The statement sent last waited before in the same situation: look at once, so many times at most. */
  #looksAtOnce = 0;
  /** Something ran since promise chains were last known to be drained. */
  #active = false;
  readonly #held: HeldWaiters;
  /** Sessions that each blocked session waits for, as last observed. */
  readonly #blockers = new Map<number, readonly number[]>();

  constructor(settling: Settling) {
    this.#in = settling;
    this.#held = new HeldWaiters(settling.database.stillness);
  }

  /** A statement was sent. Who waited before still waits: nobody lets go of a lock before its statement ends. */
  sent(session: SessionRun, statement: HeldStatement): void {
    this.#step(this.#verified === this.#generation);
    const entry = session.inFlight.get(statement.client);
    this.#looksAtOnce = 0;
    if (entry?.step === undefined) return;
    let others = '';
    for (const other of this.#in.sessions) {
      if (other !== session && other.trail !== '') others += `\n${other.index}${other.trail}`;
    }
    session.trail += `;${statement.text}`;
    // Whoever is alone with its transaction waits for nobody.
    if (others === '') return;
    entry.situation = `${session.index}.${session.operation} ${statement.text}${others}`;
    if (this.#in.waits.expects(entry.situation)) this.#looksAtOnce = mostLooksAtOnce;
  }

  /** A reply came to a client. Only those that waited for it may wait no more. */
  completed(ended: InFlight | undefined, { pid, inTransaction }: GatedClient): void {
    if (ended !== undefined) {
      if (!inTransaction) ended.session.trail = '';
      if (ended.situation !== '') this.#in.waits.learn(ended.situation, ended.recorded);
    }
    this.#looksAtOnce = 0;
    const freed = this.inFlight().some(({ blockedBy: by }) => by.includes(pid) || by.includes(prepared));
    this.#step(this.#verified === this.#generation && !freed);
  }

  #step(stillVerified: boolean): void {
    this.#generation += 1;
    if (stillVerified) this.#verified = this.#generation;
    this.#active = true;
  }

  /**
   * Waits until the deadlock check of every waiting backend has run, so that the one that closes a cycle later is the
   * one whose check finds it. Needed before a statement that may wait itself, before a waiter goes on that may wait
   * again, and before waiters are held still: a backend that is stopped in its check keeps the locks on the lock table.
   */
  async deadlockChecksRan(): Promise<void> {
    const { database, signal } = this.#in;
    if (!database.capabilities.announcesWaits) return;
    const due = (): boolean => this.inFlight().some((entry) => isOverdue(entry));
    // Whoever waits anew has said before that its last wait was over: one turn delivers that.
    await turn();
    const since = performance.now();
    while (due() && performance.now() - since < announcementMs) await signal.wait(firstLookMs);
  }

  /** Code under test ran. */
  ran(): void {
    this.#active = true;
  }

  /** Sessions that a blocked session waits for. */
  blockersOf(session: SessionRun): readonly number[] {
    return this.#blockers.get(session.index) ?? [];
  }

  noLongerBlocked(session: SessionRun): void {
    this.#blockers.delete(session.index);
  }

  /** Statements that are blocked. */
  get waiters(): number {
    return this.inFlight().filter((entry) => entry.blocked).length;
  }

  /** Called before a step is sent. */
  holdWaiters(): void {
    this.#held.hold(this.inFlight().filter((entry) => entry.blocked));
  }

  letAllGo(): void {
    if (this.#held.any) this.#step(false);
    this.#held.letAllGo();
  }

  async settle(): Promise<void> {
    const { database, limits, signal, recorder } = this.#in;
    let lookMs = database.capabilities.announcesWaits ? slowestLookMs : firstLookMs;
    let since = performance.now();
    while (!this.#in.ended()) {
      // From here to `flush` nothing is awaited: what was found to be quiet is still quiet then.
      const waiting = this.#somethingRuns();
      if (waiting !== undefined) {
        await waiting();
        continue;
      }
      const inFlight = this.inFlight().filter((entry) => !entry.held);
      const seen = inFlight.every((entry) => entry.blocked) && this.#verified === this.#generation;
      if (inFlight.length === 0 || seen) {
        if (!this.#held.any) {
          recorder.flush();
          const listening = listeningClients(this.#in.owners, database);
          if (listening.length === 0 || !(await fetchNotifications(listening))) return;
          this.ran();
          since = performance.now();
          continue;
        }
        const generation = this.#generation;
        await this.deadlockChecksRan();
        if (this.#generation !== generation) continue;
        this.#step(false);
        this.#held.letNextGo();
        continue;
      }

      const running = inFlight.filter((entry) => !entry.blocked);
      let thorough = false;
      if (this.#looksAtOnce > 0) this.#looksAtOnce -= 1;
      else if (!running.every((entry) => entry.announced)) {
        if (await signal.wait(lookMs)) {
          since = performance.now();
          continue;
        }
        thorough = lookMs === slowestLookMs;
        lookMs = Math.min(lookMs * 2, slowestLookMs);
      }
      // Whatever it finds is judged from the top: a reply may have come while the database was asked.
      if (await this.#look(thorough)) continue;
      if (performance.now() - since > limits.stepTimeoutMs) {
        this.#in.giveUp('stepTimeoutMs', await describeStall(running, this.#in.owners, database));
      } else if (running.every((entry) => entry.announced)) await signal.wait(firstLookMs);
    }
    recorder.flush();
  }

  inFlight(): InFlight[] {
    const all: InFlight[] = [];
    for (const { inFlight } of this.#in.sessions) for (const entry of inFlight.values()) all.push(entry);
    return all;
  }

  /** @throws nothing; gives up when the limit passes without an event */
  async waitForOutside(waiting: readonly SessionRun[]): Promise<void> {
    if (await this.#in.signal.wait(this.#in.limits.outsideTimeoutMs)) return;
    const who = waiting.map((session) => `s${session.index + 1} in ${session.operationName}`).join(', ');
    this.#in.giveUp('outsideTimeoutMs', `${who} waits for a timer, file or network outside the database`);
  }

  /**
   * What to wait for where the code under test may still do something by itself; undefined where every session has
   * queued a statement, ended, has one in flight, or waits for somebody else.
   */
  #somethingRuns(): (() => Promise<void>) | undefined {
    const { sessions, signal } = this.#in;
    let connecting = false;
    let expecting = false;
    let outside = false;
    for (const session of sessions) {
      if (session.connecting > 0) connecting = true;
      else if (session.expecting) expecting = true;
      else if (session.isOutside) outside = true;
    }
    // A statement that arrives in the same promise chain spares the turn of the event loop.
    if (expecting) return () => this.#drain();
    if (connecting) return () => this.#waitForConnection();
    if (outside && this.#active) {
      // What one session just did (released a mutex, say) may let another go on: let all chains drain.
      return async () => {
        this.#active = false;
        signal.clear();
        await turn();
      };
    }
    this.#active = false;
    if (!outside) return undefined;
    const soon = sessions.filter((session) => session.isOutside && pendingWork(session.outside) === 'soon');
    return soon.length === 0 ? undefined : () => this.waitForOutside(soon);
  }

  async #drain(): Promise<void> {
    const generation = this.#generation;
    const expecting = this.#in.sessions.filter((session) => session.expecting && session.connecting === 0);
    if (!(await this.#in.signal.quietTurn())) return;
    // A reply that came during the turn hands control over anew.
    if (this.#generation !== generation) return;
    for (const session of expecting) {
      if (!session.expecting || session.connecting > 0) continue;
      session.expecting = false;
      if (!session.isOutside) continue;
      this.#in.recorder.add({ kind: 'outside', session: session.index, operation: session.operation });
    }
  }

  async #waitForConnection(): Promise<void> {
    if (await this.#in.signal.wait(this.#in.limits.outsideTimeoutMs)) return;
    this.#in.giveUp('outsideTimeoutMs', 'a connection of the code under test was not opened');
  }

  /** Asks the database who waits for whom. True when everything in flight can only be freed by another step. */
  async #look(thorough: boolean): Promise<boolean> {
    const { database, owners, recorder, waits: memory } = this.#in;
    const generation = this.#generation;
    // Those that are held still wait, too: without them a cycle through one of them would not be seen.
    const all = this.inFlight();
    const pids = all.map((entry) => entry.statement.client.pid);
    const asked = database.waits(pids, thorough);
    // What a backend holds that was stopped at a bad moment, everybody may need; the server then answers nobody.
    if (this.#held.any && !(await within(rescueMs, asked))) {
      this.letAllGo();
    }
    if (!(await within(this.#in.limits.databaseTimeoutMs, asked))) throw silentServer(this.#in.limits);
    const waits = await asked;
    if (this.#generation !== generation) return false;
    const stable = stableWaits(waits, idleBackends(owners, waits, recorder.prepares));
    const sessionOf = new Map([...owners].map(([client, session]) => [client.pid, session.index]));
    const inFlight = all.filter((entry) => !entry.held);
    let settled = inFlight.length > 0;
    for (const entry of inFlight) {
      const { pid } = entry.statement.client;
      const wait = waits.find((each) => each.pid === pid);
      entry.blocked = stable.has(pid);
      entry.isChecked = wait?.isChecked ?? false;
      entry.blockedBy = wait?.blockedBy ?? [];
      if (!entry.blocked) {
        settled = false;
        continue;
      }
      const session = entry.session.index;
      memory.learn(entry.situation, true);
      const sessions = entry.blockedBy.map((other) => sessionOf.get(other)).filter((s) => s !== undefined);
      const by = [...new Set(sessions)].sort((a, b) => a - b);
      if (!entry.recorded || String(this.#blockers.get(session)) !== String(by)) {
        recorder.add({ kind: 'blocked', session, step: entry.step ?? recorder.steps, by });
      }
      this.#blockers.set(session, by);
      entry.recorded = true;
    }
    if (settled) this.#verified = generation;
    return settled;
  }
}
