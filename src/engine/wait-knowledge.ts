/**
 * Knows who waits for whom by the database's last answer, and whether that answer is still current. A session waits on
 * until a statement that it waits for ends: nobody releases a lock earlier.
 */
import { within } from '../driver/within.ts';
import type { InFlight } from './in-flight.ts';
import { idleBackends, prepared, stableWaits } from './stability.ts';
import { silentServerFault } from './stall.ts';
import { inFlightOf, type Surroundings } from './surroundings.ts';
import type { WaitForecast } from './wait-forecast.ts';

/** How long a question may take while backends are stopped. */
const rescueMs = 500;

export class WaitKnowledge {
  readonly #in: Surroundings;
  readonly #forecast: WaitForecast;
  /** Counts replies and sends: an observation made before the last one is stale. */
  #generation = 0;
  /** The generation in which the waits were observed. */
  #verified = -1;

  constructor(surroundings: Surroundings, forecast: WaitForecast) {
    this.#in = surroundings;
    this.#forecast = forecast;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Whether statements that are `waiting` still are. */
  get isCurrent(): boolean {
    return this.#verified === this.#generation;
  }

  sent(): void {
    this.#advance(this.isCurrent);
  }

  /** A reply came from this backend. Only statements that waited for it may wait no more. */
  completed(pid: number): void {
    const freed = inFlightOf(this.#in.sessions).some(
      (entry) => entry.waitsFor(pid) || entry.waitsFor(prepared),
    );
    this.#advance(this.isCurrent && !freed);
  }

  /** Stopped backends go on. */
  resumed(): void {
    this.#advance(false);
  }

  #advance(current: boolean): void {
    this.#generation += 1;
    if (current) this.#verified = this.#generation;
  }

  /**
   * Asks the database who waits for whom. True when everything in flight can only be freed by another step.
   *
   * @param thorough see `Database.waits`
   * @param rescue resumes stopped backends: one of them may hold a lock that the server needs for an answer. Undefined
   *   if none is stopped
   * @throws Fault `database-timeout`
   */
  async ask(thorough: boolean, rescue: (() => void) | undefined): Promise<boolean> {
    const { database, owners, recorder, limits, sessions } = this.#in;
    const generation = this.#generation;
    // Stopped backends wait, too: without them a cycle through one of them would not be seen.
    const all = inFlightOf(sessions);
    const pids = all.map((entry) => entry.statement.client.pid);
    const asked = database.waits(pids, thorough);
    if (rescue !== undefined && !(await within(rescueMs, asked))) rescue();
    if (!(await within(limits.databaseTimeoutMs, asked))) throw silentServerFault(limits);
    const waits = await asked;
    if (this.#generation !== generation) return false;
    const stable = stableWaits(waits, idleBackends(owners, waits, recorder.prepares));
    const sessionOf = new Map([...owners].map(([client, session]) => [client.pid, session.index]));
    const inFlight = all.filter((entry) => !entry.isStopped);
    for (const entry of inFlight) {
      const { pid } = entry.statement.client;
      const wait = stable.has(pid) ? waits.find((each) => each.pid === pid) : undefined;
      entry.observed(wait);
      if (wait === undefined) continue;
      this.#forecast.waits(entry);
      const by = wait.blockedBy.map((other) => sessionOf.get(other)).filter((s) => s !== undefined);
      this.#record(
        entry,
        [...new Set(by)].sort((a, b) => a - b),
      );
    }
    const settled = inFlight.length > 0 && inFlight.every((entry) => entry.isWaiting);
    if (settled) this.#verified = generation;
    return settled;
  }

  /** A wait is recorded once, and again if its blockers change: how often the database is asked depends on time. */
  #record(entry: InFlight, by: readonly number[]): void {
    const { recorder } = this.#in;
    if (String(entry.blockers) === String(by)) return;
    entry.blockers = by;
    recorder.add({ kind: 'blocked', session: entry.session, step: entry.step ?? recorder.steps, by });
  }
}
