/** A client stock is what an execution needs from the lane it runs on: clients, and facts about their database. */
import type { IsolationLevel } from '../core/isolation.ts';
import type { Call } from '../core/model.ts';
import type { Database } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import type { Seats } from './seats.ts';
import type { Handshakes } from './handshakes.ts';
import type { Lookers } from './ticks.ts';
import type { WaitMemory } from './wait-memory.ts';

export interface ClientStock {
  readonly database: Database;
  readonly isolation: IsolationLevel;
  /** What the model's `setup` returned. */
  readonly app: unknown;
  /** A client in its initial state, connected unless more are taken than were prepared. */
  take(): GatedClient;
  /** What the server reports of its settings on a new connection. */
  readonly parameters: ReadonlyMap<string, string>;
  /** What libraries send on new connections. */
  readonly handshakes: Handshakes;
  /** Programs of the model's `clients`; undefined if it has none. */
  readonly seats: Seats | undefined;
  giveBack(client: GatedClient): void;
  /** An operation used a connection that leads to another server. */
  reportForeignConnection(operation: string, address: string): void;
  /** A client was used after its execution, which had these calls. */
  reportLateUse(calls: readonly Call[], text: string): void;
  /** Statements that were seen to wait: next time the database is asked about them without delay. */
  readonly waits: WaitMemory;
  readonly lookers: Lookers;
  /** Whether ending a transaction may wait for a lock (deferred constraints are checked then). */
  readonly commitsMayWait: boolean;
  /** Whether the server reports what each statement touches. */
  readonly observed: boolean;
}
