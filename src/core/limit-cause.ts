/** A limit cause is what kept an execution going until it reached a limit: data, from which `report` makes a sentence. */

export type LimitCause =
  /** `maxSteps`: the steps that were taken, and the sessions that had not finished. */
  | {
      readonly kind: 'steps';
      readonly steps: number;
      readonly unfinished: readonly number[];
      /** Those that repeated the same statements and got the same replies. */
      readonly spinning: readonly number[];
    }
  /** `outsideTimeoutMs`: a connection of the code under test was not opened. */
  | { readonly kind: 'connection' }
  /** `outsideTimeoutMs`: sessions waited for something outside the database, each in an operation of this name. */
  | {
      readonly kind: 'outside';
      readonly waiting: readonly { readonly session: number; readonly operation: string }[];
    }
  /** `outsideTimeoutMs`: programs of sessions neither sent a statement nor answered. */
  | { readonly kind: 'client'; readonly waiting: readonly SilentClient[] }
  /** `stepTimeoutMs`: statements without a reply. */
  | { readonly kind: 'no-reply'; readonly statements: readonly UnansweredStatement[] };

export interface SilentClient {
  readonly session: number;
  readonly operation: string;
  /** What it last wrote to standard error; empty if it wrote nothing. */
  readonly lastLines: string;
}

export interface UnansweredStatement {
  readonly session: number;
  readonly text: string;
  /** `unknown`: the server did not answer the question. */
  readonly backend: Backend | 'gone' | 'unknown';
}

/** What a backend is doing, for people. */
export interface Backend {
  readonly pid: number;
  /** `active`, `idle in transaction`, ... */
  readonly state: string;
  /** Kind and name of the server's wait event (`Lock transactionid`, `Timeout PgSleep`); undefined if it waits for none. */
  readonly waitsFor: string | undefined;
  /** Its process was stopped by a signal; only known of a server of our own. */
  readonly stopped: boolean;
  /** The holders of the lock that it waits for. */
  readonly blockers: readonly Blocker[];
}

export interface Blocker {
  /** 0 for a prepared transaction, which has no process. */
  readonly pid: number;
  /** Kind, application, database, state and statement, as far as the server shows them; empty if it is gone. */
  readonly facts: readonly string[];
  /** The session whose connection it is; absent if it belongs to somebody else. */
  readonly session?: number | undefined;
}
