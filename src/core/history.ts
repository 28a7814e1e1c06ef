/** A history is the ordered record of one execution, ordered by decisions and never by arrival. */
import type { IsolationLevel } from './isolation.ts';
import type { Answer } from './model.ts';

/** One message as the client sent it. */
export interface Message {
  /** SQL text exactly as given; placeholders stay placeholders. */
  readonly text: string;
  /** Parameter values, in a printable canonical form. */
  readonly values: readonly unknown[];
  /** Which of the session's connections: 0 is `session.client`, pool connections count from 1. */
  readonly connection: number;
}

/**
 * What a statement is to its transaction, by the head of its text. In doubt it is a `step`.
 *
 * - `begin`: opens a transaction (BEGIN, START TRANSACTION)
 * - `free`: commutes with everything (SAVEPOINT, RELEASE, SET)
 * - `commit`, `rollback`: ends its transaction and does nothing else (AND CHAIN begins the next one)
 * - `two-phase`: its transaction outlives it (PREPARE TRANSACTION, COMMIT PREPARED, ROLLBACK PREPARED)
 * - `step`: everything else; also ROLLBACK TO, and several statements in one message
 */
export type StatementKind = 'begin' | 'free' | 'commit' | 'rollback' | 'two-phase' | 'step';

/** One transaction of one connection; its statements share this object. */
export interface Transaction {
  /** Counts the connection's transactions from 1; an autocommit statement is a transaction of its own. */
  readonly number: number;
  /** `unknown` when a statement set it in a way that the text does not show. */
  readonly level: IsolationLevel | 'unknown';
}

/** A savepoint by its name as Postgres knows it: SAVEPOINT sets it, ROLLBACK TO restores it. */
export type Savepoint = { readonly set: string } | { readonly restored: string };

/**
 * One statement, as recorded at the gate when it was sent. Nobody else looks at the head of its text. In results that an
 * older release stored, the kind is `free` or `step` and the rest is undefined.
 */
export interface Statement extends Message {
  readonly kind: StatementKind;
  readonly transaction: Transaction | undefined;
  /** Whether a transaction was open on its connection when it was sent. */
  readonly openBefore: boolean | undefined;
  readonly savepoint: Savepoint | undefined;
}

/** The database's answer to one statement. */
export type Reply =
  | {
      readonly kind: 'rows';
      /** Command tag: SELECT, INSERT, UPDATE, COMMIT, ... */
      readonly command: string;
      readonly rowCount: number | null;
      /** Rows as arrays in column order, at most the first few (see `columns` for their names). */
      readonly rows: readonly (readonly unknown[])[];
      readonly columns: readonly string[];
    }
  | {
      readonly kind: 'error';
      readonly sqlstate: string | undefined;
      readonly constraint: string | undefined;
      readonly message: string;
    };

/**
 * What happened, in order. `step` is the decision that released the statement, counted from 0; it ties the events of one
 * statement together. A decision that only starts an operation sends nothing, so steps and statements are counted apart
 * (see `sent-statements.ts`).
 *
 * - `began`: the session starts an operation, as (the first part of) this step
 * - `free`: a statement that is no scheduling point (BEGIN, SAVEPOINT) went along with the step
 * - `released`: the scheduler released a step
 * - `blocked`: the step waits for a lock that other sessions hold
 * - `unblocked`: it no longer waits
 * - `completed`: the reply arrived
 * - `outside`: the session neither queued a statement nor finished: it waits for something outside the database
 * - `returned`: the operation ended
 */
export type HistoryEvent =
  | { readonly kind: 'began'; readonly session: number; readonly operation: number; readonly step: number }
  | {
      readonly kind: 'free';
      readonly session: number;
      readonly operation: number;
      readonly statement: Statement;
    }
  | {
      readonly kind: 'released';
      readonly session: number;
      readonly operation: number;
      readonly step: number;
      readonly statement: Statement;
    }
  | {
      readonly kind: 'blocked';
      readonly session: number;
      readonly step: number;
      readonly by: readonly number[];
    }
  | { readonly kind: 'unblocked'; readonly session: number; readonly step: number }
  | {
      readonly kind: 'completed';
      readonly session: number;
      readonly step: number;
      readonly reply: Reply;
      /** Whether a transaction is open on the connection now; undefined in results of an older release. */
      readonly openAfter: boolean | undefined;
    }
  | { readonly kind: 'outside'; readonly session: number; readonly operation: number }
  | {
      readonly kind: 'returned';
      readonly session: number;
      readonly operation: number;
      readonly answer: Answer;
    };

export type History = readonly HistoryEvent[];

/** The texts of the statements that were sent, in order. */
export function textsOf(history: History): readonly string[] {
  return history.flatMap((event) => ('statement' in event ? [event.statement.text] : []));
}

/** COMMIT or ROLLBACK: does nothing but end its transaction. */
export function isEnd({ kind }: Pick<Statement, 'kind'>): boolean {
  return kind === 'commit' || kind === 'rollback';
}
