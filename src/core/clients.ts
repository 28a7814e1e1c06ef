/**
 * Clients are other programs that run operations: worker processes in any language, or HTTP services. Each session has one
 * of its own. The engine starts them, watches them and stops them; what they send to the database comes over the address
 * of their session.
 */
/** Where a model's operations without a `run` are called. Made by `processes` or `http`. */
export interface Clients {
  readonly kind: 'processes' | 'http';
  /**
   * Starts the program of one session. Fulfilled when it can take calls.
   *
   * @throws Fault `worker-start` if it cannot be started, or is not ready in time
   */
  start(place: ClientPlace): Promise<RunningClient>;
}

/** What the program of a session must know. */
export interface ClientPlace {
  /** Counted from 0. */
  readonly session: number;
  /** The database for it: a port on 127.0.0.1. */
  readonly port: number;
}

/** A program that was started. */
export interface RunningClient {
  /** Whether it can take calls. */
  readonly isAlive: boolean;
  /**
   * Calls an operation there. Rejected with the error of the code under test.
   *
   * @param request the operation's, if it has one
   * @throws ClientExit if the program ends meanwhile
   * @throws Fault if it answers what no program should
   */
  call(operation: string, args: readonly unknown[], request: HttpRequest | undefined): Promise<unknown>;
  /** Called before each execution: what the program keeps in memory from one to the next goes, if it knows how. */
  reset(): Promise<void>;
  /** The last lines that it wrote to standard error; empty if there are none. */
  readonly lastLines: string;
  /** Asks it to end, and ends it if it does not. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Lets this process end (false), or keeps it alive (true), while the program runs. */
  keepAlive(on: boolean): void;
}

/** A program ended while one of its operations was under way. What the message says is the same each time. */
export class ClientExit extends Error {
  override readonly name = 'ClientExit';
}

/** What an HTTP service is asked in place of a call. */
export interface HttpRequest {
  /** Default `GET`, or `POST` if there is a body. */
  readonly method?: string;
  /** With its query, from the first slash on. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as it is, anything else as JSON. Default: none. */
  readonly body?: unknown;
}

/** What an operation of an HTTP service returns. */
export interface HttpResult {
  readonly status: number;
  /** Parsed if it is JSON, else the text. */
  readonly body: unknown;
}
