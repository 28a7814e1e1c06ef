/** A history is the ordered record of one execution, ordered by decisions and never by arrival. */
import type { Answer } from './model.ts';

/** One statement as the client sent it. */
export interface Statement {
  /** SQL text exactly as given; placeholders stay placeholders. */
  readonly text: string;
  /** Parameter values, in a printable canonical form. */
  readonly values: readonly unknown[];
  /** Which of the session's connections: 0 is `session.client`, pool connections count from 1. */
  readonly connection: number;
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
 * What happened, in order. `step` counts released statements from 0 and ties the events of one statement together.
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
  | { readonly kind: 'completed'; readonly session: number; readonly step: number; readonly reply: Reply }
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
