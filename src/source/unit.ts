/**
 * A unit is everything that a client sends before it waits for the server: a simple query, or the messages of the extended
 * protocol up to a Sync or a Flush. It is held and sent as a whole.
 */
import { query } from '../wire/client-messages.ts';

export interface Unit {
  readonly kind:
    /** Runs at least one statement. */
    | 'statement'
    /** Parses, describes or closes; or ends a conversation whose statements ran before. */
    | 'preparation'
    /** Rows of a COPY for the statement that is under way. */
    | 'rows'
    | 'terminate';
  /** Whole messages, in order. */
  readonly messages: readonly Buffer[];
  /** The statements that it runs, joined by `; `. */
  readonly text: string;
  readonly values: readonly unknown[];
  /** See `RawFacts`. */
  readonly answers: number | 'ready';
  readonly closes: number;
  readonly leavesPortal: boolean;
  readonly extended: boolean;
  readonly endsCopy: boolean;
  /** Formats of the columns of its last statement's rows: text (0) or binary (1); one for all, or one for each. */
  readonly formats: readonly number[];
  /** Prepared statements that it uses and did not parse itself, with the Parse message of each. */
  readonly uses: ReadonlyMap<string, Buffer>;
  /** Prepared statements that it parses, in order; empty for one without a name. */
  readonly parses: readonly string[];
  /**
   * The statement of the extended protocol that it ran last: its text, after the types of its parameters as far as the
   * client gave them. A name is not enough: it may stand for another text later, and one without a name does.
   */
  readonly ran: string | undefined;
  /** Those whose columns it asked for, in order; undefined for one that does not exist. */
  readonly describes: readonly (string | undefined)[];
}

/** The Sync at the end of a unit, whose other messages are ignored. */
export function syncAlone({ messages }: Unit): Unit {
  return unitOf({ kind: 'preparation', messages: messages.slice(-1), extended: true });
}

/** Fails as a statement that is cancelled does, and its transaction with it. */
export function failingUnit(message: string): Unit {
  const text = `do $$ begin raise sqlstate '57014' using message = '${message}'; end $$`;
  return unitOf({ kind: 'preparation', messages: [query(text)] });
}

/** A unit with these facts, and nothing else to say. */
export function unitOf(facts: Pick<Unit, 'kind' | 'messages'> & Partial<Unit>): Unit {
  return {
    text: '',
    values: [],
    answers: 'ready',
    closes: 0,
    leavesPortal: false,
    extended: false,
    endsCopy: false,
    formats: [],
    uses: new Map(),
    parses: [],
    ran: undefined,
    describes: [],
    ...facts,
  };
}
