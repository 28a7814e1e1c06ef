/** What an execution lends to its settler. */
import type { LimitCause } from '../core/limit-cause.ts';
import type { Database } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import type { InFlight } from './in-flight.ts';
import type { LimitName, Limits } from './limits.ts';
import type { Recorder } from './recorder.ts';
import type { SessionRun } from './session.ts';
import type { Signal } from './signal.ts';
import type { WaitMemory } from './wait-memory.ts';

export interface Surroundings {
  readonly database: Database;
  readonly limits: Limits;
  readonly sessions: readonly SessionRun[];
  /** Each client's session. */
  readonly owners: ReadonlyMap<GatedClient, SessionRun>;
  readonly recorder: Recorder;
  readonly signal: Signal;
  readonly waits: WaitMemory;
  giveUp(limit: LimitName, cause: LimitCause): void;
  ended(): boolean;
  /** What the session's program last wrote to standard error. */
  lastLines(session: number): string;
}

/** All statements in flight, by session. */
export function inFlightOf(sessions: readonly SessionRun[]): InFlight[] {
  const all: InFlight[] = [];
  for (const { inFlight } of sessions) for (const entry of inFlight.values()) all.push(entry);
  return all;
}
