/**
 * The contract between connections that the code under test opens by itself and whoever runs that code. A library's
 * connection ends in this process, at a `WireConnection`; what it sends is given to a host, which decides when it goes to
 * the database, and on which connection of the tool's own.
 */
import type { Unit } from './unit.ts';
import type { WireConnection } from './wire-connection.ts';

/** Something that a client sent and waits for. Exactly one of the functions is called, once. */
export interface Request {
  readonly connection: WireConnection;
  readonly unit: Unit;
  /** Gives the client these messages. */
  readonly answer: (messages: readonly Buffer[]) => void;
  /** Gives the client an error in place of a reply; the connection stays open. */
  readonly refuse: (error: Error) => void;
}

/** Decides about what the code of one session (or of a set-up) sends. */
export interface StatementHost {
  /** What the server says of its settings on a new connection of the lane. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Called for each unit, one at a time on each connection. */
  accept(request: Request): void;
  /** The client sent more rows of the COPY that is under way. */
  rows(connection: WireConnection, bytes: Buffer): void;
  /** The client closed its connection. */
  closed(connection: WireConnection): void;
  /** The client asked to cancel what the connection is doing. */
  cancel(connection: WireConnection): void;
}
