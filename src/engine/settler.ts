/**
 * Waits until nobody is in a state that can change by itself: every session queued its next statement, ended, is
 * observed to wait for another of our sessions, or waits outside the database. Nothing is concluded from the passing of
 * time; limits only end an execution without a verdict.
 */
import { StoppedWaiters } from './stopped-waiters.ts';
import type { InFlight } from './in-flight.ts';
import { fetchNotifications, listeningClients } from './notifications.ts';
import { RunningCode } from './running-code.ts';
import type { SessionRun } from './session.ts';
import { turn } from './signal.ts';
import { stallOf } from './stall.ts';
import { inFlightOf, type Surroundings } from './surroundings.ts';
import { WaitForecast } from './wait-forecast.ts';
import { WaitKnowledge } from './wait-knowledge.ts';

/** How soon to ask whether a statement waits, if its backend announced nothing; the pause doubles each time. */
const firstLookMs = 1;
const slowestLookMs = 16;
/** How long a deadlock check may be overdue: the code under test can change the settings that announce it. */
const announcementMs = 100;

export class Settler {
  readonly #in: Surroundings;
  readonly #code: RunningCode;
  readonly #waits: WaitKnowledge;
  readonly #forecast: WaitForecast;
  readonly #stopped: StoppedWaiters;

  constructor(surroundings: Surroundings) {
    this.#in = surroundings;
    this.#forecast = new WaitForecast(surroundings.waits);
    this.#waits = new WaitKnowledge(surroundings, this.#forecast);
    this.#code = new RunningCode(surroundings, this.#waits);
    this.#stopped = new StoppedWaiters(surroundings.database.stillness);
  }

  /** @param operation the number of the operation that sent it */
  sent(entry: InFlight, operation: number): void {
    this.#waits.sent();
    this.#forecast.sent(entry, operation);
  }

  /** A statement that was in flight has ended. */
  completed(entry: InFlight): void {
    this.#forecast.ended(entry);
    this.#waits.completed(entry.statement.client.pid);
  }

  /** Code under test ran. */
  ran(): void {
    this.#code.ran();
  }

  /** Statements that wait for another of our sessions. */
  get waiters(): readonly InFlight[] {
    return inFlightOf(this.#in.sessions).filter((entry) => entry.isWaiting);
  }

  /** Called before a step is sent. */
  stopWaiters(): void {
    this.#stopped.stop(this.waiters);
  }

  resumeAll(): void {
    if (this.#stopped.any) this.#waits.resumed();
    this.#stopped.resumeAll();
  }

  /** Nobody can go on but by what ends outside, in its own time. Gives up when the limit passes without an event. */
  waitForOutside(waiting: readonly SessionRun[], waits: (session: SessionRun) => boolean): Promise<void> {
    for (const { outside } of waiting) outside.ticks.pace('free');
    return this.#code.waitForOutside(waiting, waits);
  }

  /**
   * Waits until the deadlock check of every waiting backend has run, so that the one that closes a cycle later is the
   * one whose check finds it. Needed before a statement that may wait itself, before a waiter goes on that may wait
   * again, and before waiters are stopped: a backend that is stopped in its check keeps the locks on the lock table.
   */
  async deadlockChecksRan(): Promise<void> {
    const { database, signal, sessions } = this.#in;
    if (!database.capabilities.announcesWaits) return;
    const due = (): boolean => inFlightOf(sessions).some((entry) => entry.checkIsDue);
    // A backend that waits again announced before that its last wait was over: one turn delivers that.
    await turn();
    const since = performance.now();
    while (due() && performance.now() - since < announcementMs) await signal.wait(firstLookMs);
  }

  async settle(): Promise<void> {
    const { database, limits, signal, recorder } = this.#in;
    let lookMs = database.capabilities.announcesWaits ? slowestLookMs : firstLookMs;
    let since = performance.now();
    while (!this.#in.ended()) {
      // From here to `flush` nothing is awaited: a quiet session is still quiet then.
      const waiting = this.#code.wait();
      if (waiting !== undefined) {
        await waiting();
        continue;
      }
      const inFlight = inFlightOf(this.#in.sessions).filter((entry) => !entry.isStopped);
      const running = inFlight.filter((entry) => !entry.isWaiting);
      if (inFlight.length === 0 || (running.length === 0 && this.#waits.isCurrent)) {
        if (this.#stopped.any) {
          await this.#resumeNext();
          continue;
        }
        recorder.flush();
        const listening = listeningClients(this.#in.owners, database);
        if (listening.length === 0 || !(await fetchNotifications(listening))) return;
        this.ran();
        since = performance.now();
        continue;
      }

      let thorough = false;
      if (!this.#forecast.takeLook() && !running.every((entry) => entry.announced)) {
        if (await signal.wait(lookMs)) {
          since = performance.now();
          continue;
        }
        thorough = lookMs === slowestLookMs;
        lookMs = Math.min(lookMs * 2, slowestLookMs);
      }
      // Each answer is judged from the top: a reply may have come while the database was asked.
      if (await this.#waits.ask(thorough, this.#stopped.any ? () => this.resumeAll() : undefined)) continue;
      if (performance.now() - since > limits.stepTimeoutMs) {
        this.#in.giveUp('stepTimeoutMs', await stallOf(running, this.#in.owners, database));
      } else if (running.every((entry) => entry.announced)) await signal.wait(firstLookMs);
    }
    recorder.flush();
  }

  /** All others are settled: the next stopped waiter goes on, unless something happens first. */
  async #resumeNext(): Promise<void> {
    const { generation } = this.#waits;
    await this.deadlockChecksRan();
    if (this.#waits.generation !== generation) return;
    this.#waits.resumed();
    this.#stopped.resumeNext();
  }
}
