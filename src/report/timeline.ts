/**
 * A timeline is a history laid out in a column per session: what happens in one step's turn stands in that
 * step's rows, however many sessions it concerns (a commit and the statement that it releases, say).
 */
import type { History, HistoryEvent, Statement } from '../core/history.ts';
import type { Scenario } from '../core/scenario.ts';
import { connectionsIn } from '../core/sent-statements.ts';
import { answerMark, callText, sessionText } from './call-text.ts';
import type { Tone } from './paint.ts';
import { replyText } from './reply-text.ts';
import { sqlText, type SqlText } from './sql-text.ts';

/** One thing that a session did. */
export interface Entry {
  readonly session: number;
  /** The statement's step, counted from 1; undefined for what sent none. */
  readonly step?: number | undefined;
  readonly body: string | SqlText;
  /** Whether this is what an operation returned or threw. Default false. */
  readonly answers?: boolean;
  readonly tone: Tone | undefined;
  /** What came of it at once: `-> 15`, `.. blocked by s1`. */
  readonly mark: string | undefined;
  readonly markTone: Tone | undefined;
}

export interface TimelineRow {
  /** The step, counted from 1, in whose turn this happens; a row of its own or one that came along with it. */
  readonly turn: number;
  /** Counted from 1; undefined for what is no step. */
  readonly step: number | undefined;
  /** By column. */
  readonly cells: readonly (Entry | undefined)[];
  /** Sessions that wait in the database here: from the row of their statement to the one before its reply. */
  readonly waiting: readonly number[];
  /** One of the two steps whose order decides. Default false. */
  readonly racing?: boolean;
}

/** @param together all sessions in one column, for when there are too many to stand side by side */
export function timeline(
  scenario: Scenario,
  history: History,
  together: boolean = false,
): readonly TimelineRow[] {
  const builder = new TimelineBuilder(scenario, history, together);
  for (const event of history) builder.read(event);
  return builder.finish();
}

class TimelineBuilder {
  readonly rows: {
    readonly turn: number;
    step: number | undefined;
    cells: (Entry | undefined)[];
    waiting: number[];
  }[] = [];
  readonly #scenario: Scenario;
  readonly #together: boolean;
  /** Sessions with more than one connection: their statements say on which. */
  readonly #pooled: ReadonlySet<number>;
  readonly #statements = new Map<number, Statement>();
  readonly #unblocked = new Set<number>();
  /** By session that waits: the row of its statement. */
  readonly #waiting = new Map<number, number>();
  /** The row in which the turn of the current step begins. */
  #turn = 0;
  /** The current step, counted from 1, and whether its statement was sent. */
  #step = 0;
  #released = true;
  /** By column: the first row after what was written there. */
  readonly #next = new Map<number, number>();
  /** By column: the step that was written last in this turn, and where. What comes of it may stand beside it. */
  readonly #last = new Map<number, { readonly step: number; readonly row: number }>();

  /** Steps that sent a statement; the others only started an operation. */
  readonly #sent: ReadonlySet<number>;

  constructor(scenario: Scenario, history: History, together: boolean) {
    this.#scenario = scenario;
    this.#together = together;
    const several = [...connectionsIn(history)].filter(([, connections]) => connections.length > 1);
    this.#pooled = new Set(several.map(([session]) => session));
    this.#sent = new Set(history.flatMap((event) => (event.kind === 'released' ? [event.step] : [])));
  }

  read(event: HistoryEvent): void {
    const { session } = event;
    switch (event.kind) {
      case 'began': {
        this.#newTurn();
        this.#step = event.step + 1;
        this.#released = false;
        const calls = this.#scenario.sessions[session] ?? [];
        const call = calls[event.operation];
        const alone = !this.#sent.has(event.step);
        // The heading says what a session's only operation is.
        if (call === undefined || (calls.length === 1 && !alone)) return;
        this.#write(session, `> ${callText(call)}`, 'heading', alone ? event.step + 1 : undefined);
        return;
      }
      case 'free':
        // It travels with the session's next step.
        if (this.#released) this.#step += 1;
        this.#released = false;
        this.#write(session, this.#shown(session, event.statement), 'faint');
        return;
      case 'released': {
        this.#statements.set(event.step, event.statement);
        this.#newTurn();
        const step = event.step + 1;
        this.#step = step;
        this.#released = true;
        this.#write(session, this.#shown(session, event.statement), undefined, step, step);
        this.#last.set(this.#column(session), { step: event.step, row: this.#turn });
        return;
      }
      case 'blocked': {
        const by = event.by.length === 0 ? 'another session' : event.by.map(sessionText).join(', ');
        const row = this.#note(session, event.step, `blocked by ${by}`, '..', 'doubtful');
        if (!this.#waiting.has(session)) this.#waiting.set(session, row);
        return;
      }
      case 'unblocked':
        this.#unblocked.add(event.step);
        return;
      case 'completed': {
        const result = replyText(event.reply, this.#statements.get(event.step));
        const tone = event.reply.kind === 'error' ? 'bad' : undefined;
        if (this.#unblocked.delete(event.step)) {
          const row = this.#note(
            session,
            event.step,
            `unblocked ${result}`.trimEnd(),
            '..',
            tone ?? 'doubtful',
          );
          this.#waited(session, row);
        } else if (result !== '') this.#note(session, event.step, result, '', tone);
        return;
      }
      case 'outside':
        this.#write(session, '.. waits outside the database', 'doubtful');
        return;
      case 'returned': {
        const mark = answerMark(event.answer);
        if (mark === undefined) return;
        const row = this.#write(session, mark, event.answer.kind === 'failed' ? 'bad' : undefined);
        const cells = this.rows[row]?.cells;
        const entry = cells?.[this.#column(session)];
        if (cells !== undefined && entry !== undefined)
          cells[this.#column(session)] = { ...entry, answers: true };
      }
    }
  }

  finish(): readonly TimelineRow[] {
    for (const session of this.#waiting.keys()) this.#waited(session, this.rows.length);
    return this.rows;
  }

  #waited(session: number, end: number): void {
    const start = this.#waiting.get(session);
    this.#waiting.delete(session);
    if (start === undefined) return;
    for (const row of this.rows.slice(start, end)) row.waiting.push(session);
  }

  #newTurn(): void {
    this.#turn = this.rows.length;
    this.#last.clear();
  }

  /** @returns the row */
  #write(session: number, body: string | SqlText, tone?: Tone, rowStep?: number, step?: number): number {
    const column = this.#column(session);
    const at = Math.max(this.#turn, this.#next.get(column) ?? 0);
    while (this.rows.length <= at)
      this.rows.push({ turn: this.#step, step: undefined, cells: [], waiting: [] });
    const row = this.rows[at];
    if (row === undefined) return at;
    row.step ??= rowStep;
    row.cells[column] = { session, step, body, tone, mark: undefined, markTone: undefined };
    this.#next.set(column, at + 1);
    this.#last.delete(column);
    return at;
  }

  /** What came of a step stands beside it if nothing came between, else on a line of its own. */
  #note(session: number, step: number, text: string, sign: '..' | '', tone: Tone | undefined): number {
    const column = this.#column(session);
    const last = this.#last.get(column);
    const cells = last?.step === step ? this.rows[last.row]?.cells : undefined;
    const entry = cells?.[column];
    if (cells !== undefined && entry !== undefined && entry.mark === undefined) {
      cells[column] = { ...entry, mark: `${sign} ${text}`.trimStart(), markTone: tone };
      return last?.row ?? this.#turn;
    }
    const which = this.#pooled.has(session) ? `step ${step + 1} ` : '';
    return this.#write(session, `.. ${which}${text}`, tone);
  }

  #column(session: number): number {
    return this.#together ? 0 : session;
  }

  #shown(session: number, statement: Statement): SqlText {
    return sqlText(statement, this.#pooled.has(session) ? `c${statement.connection}: ` : '');
  }
}
