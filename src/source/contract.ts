/**
 * The contract between connections that the code under test opens by itself and whoever runs that code. A library's
 * connection ends in this process, at a `WireConnection`; what it sends is given to a host, which decides when it goes to
 * the database, and on which connection of the tool's own.
 */
import type { Unit } from './unit.ts';
import type { ErrorText } from '../wire/server-messages.ts';
import type { Column } from './reply.ts';

/** Carries bytes to a client. */
export interface Transport {
  write(bytes: Buffer): void;
  /** No more is written. */
  end(): void;
  /** Whether a client that asks for TLS is allowed to begin with it. Default false. */
  readonly canEncrypt?: boolean;
}

/** A connection of the code under test, as a host sees it. */
export interface CodeConnection {
  /** What the client sent when it connected: user, database, settings. */
  readonly startup: Readonly<Record<string, string>>;
  /** Statements with which a library set it up when it was new, in the order in which they were sent. */
  readonly handshake: Unit[];
  /** The first statements that a set-up sent on it. */
  readonly opening: Unit[];
  /** Whether an ordinary statement was sent: what comes from now on is no handshake. */
  isUsed: boolean;
  readonly isClosed: boolean;
  /** The columns that the client asked for when it prepared what this unit ran. */
  columnsFor(unit: Unit): readonly Column[] | undefined;
  /** Gives the client a part of a reply, before it sends more: the rows of a COPY, say. */
  answerFirst(messages: readonly Buffer[]): void;
  /** Gives the client a message that belongs to no reply: a notification, say. */
  unasked(message: Buffer): void;
  /** Ends it with an error. */
  fail(error: ErrorText): void;
}

/** Something that a client sent and waits for. Exactly one of the functions is called, once. */
export interface Request {
  readonly connection: CodeConnection;
  readonly unit: Unit;
  /** Gives the client these messages. */
  readonly answer: (messages: readonly Buffer[]) => void;
  /** Gives the client an error in place of a reply; the connection stays open. */
  readonly refuse: (error: Error) => void;
}

/** A wait for a connection of a pool. */
export interface PoolWait {
  readonly isOver: () => boolean;
  /** Ends it with an error; to be called if the code is given up. */
  readonly giveUp: () => void;
}

/** Decides about what the code of one session (or of a set-up) sends. */
export interface StatementHost {
  /** What the server says of its settings on a new connection of the lane. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Called for each unit, one at a time on each connection. */
  accept(request: Request): void;
  /**
   * The client sent more rows of the COPY that is under way.
   *
   * @returns a promise if they come faster than the server takes them; it is fulfilled when more may come
   */
  rows(connection: CodeConnection, bytes: Buffer): Promise<void> | undefined;
  /** The client closed its connection. */
  closed(connection: CodeConnection): void;
  /**
   * The code was about to send something over a connection to Postgres that does not end in this process, since it was
   * opened before; it was refused.
   *
   * @param address where that connection goes
   */
  foreign(address: string): void;
  /** The code waits for a connection of a pool. */
  queued(wait: PoolWait): void;
  /** The client asked to cancel what the connection is doing. */
  cancel(connection: CodeConnection): void;
}
