/** What psql and isolationtester printed, as events and rows that can be compared with a history. */
import { expect } from 'vitest';
import type { History, Reply } from '../../../src/core/history.ts';
import type { Counterexample } from '../../../src/core/result.ts';
import { cellText } from '../../../src/report/value-text.ts';

/** `step 1 s2`, `waits 2 s1`, `goes on 2 s1`, `replies 2 s1`: steps count from 1, in the order in which they were sent. */
export interface TranscriptRecord {
  readonly events: readonly string[];
  /** By number of the step. */
  readonly replies: ReadonlyMap<number, Printed>;
  /** By name of the table. */
  readonly tables: ReadonlyMap<string, readonly (readonly string[])[]>;
}

export interface Printed {
  readonly sqlstate?: string;
  readonly text: string;
  /** Of the last table that was printed. */
  readonly rows: readonly (readonly string[])[] | undefined;
}

export function readPsql(transcript: string): TranscriptRecord {
  const events: string[] = [];
  const replies = new Map<number, Printed>();
  const tables = new Map<string, readonly (readonly string[])[]>();
  for (const part of transcript.split(/^== /m).slice(1)) {
    const [head = '', ...lines] = part.split('\n');
    const text = lines.join('\n');
    const step = /^step (\d+) in (\w+)(?: (waits|goes on|replies: SQLSTATE (\w+), rows \d+))?/.exec(head);
    if (step !== null) {
      const [, number, window, what, sqlstate] = step;
      events.push(`${what === undefined ? 'step' : what.replace(/:.*/, '')} ${number} ${window}`);
      if (sqlstate !== undefined) replies.set(Number(number), { sqlstate, text, rows: lastTable(lines) });
    }
    if (head === 'tables at the end') {
      for (const table of text.split(/\n\n/)) {
        const [name = '', ...rest] = table.trim().split('\n');
        if (name !== '') tables.set(name, lastTable(rest) ?? []);
      }
    }
  }
  return { events, replies, tables };
}

/** Columns stand where the line below their names says. */
function lastTable(lines: readonly string[]): readonly (readonly string[])[] | undefined {
  const line = lines.findLastIndex((each) => /^-+(?:\+-+)*$/.test(each));
  if (line < 0) return undefined;
  const end = lines.findIndex((each, index) => index > line && /^\(\d+ rows?\)$/.test(each));
  const widths = (lines[line] ?? '').split('+').map((dashes) => dashes.length);
  return lines.slice(line + 1, end).map((row) => {
    let from = 0;
    return widths.map((width) => {
      const cell = row.slice(from, from + width);
      from += width + 1;
      return cell.trim();
    });
  });
}

export function readIsolationtester(output: string, tableNames: readonly string[]): TranscriptRecord {
  const events: string[] = [];
  const replies = new Map<number, Printed>();
  const tables = new Map<string, readonly (readonly string[])[]>();
  for (const part of output.split(/^step (?=\w+: )/m).slice(1)) {
    const name = /^\w+/.exec(part)?.[0] ?? '';
    const lines = part.split('\n');
    const rows = lastCells(lines);
    const end = /^end_(\d+)$/.exec(name);
    if (end !== null) tables.set(tableNames[Number(end[1]) - 1] ?? '', rows ?? []);
    const step = /^(\w+)_(\d+)$/.exec(name);
    if (end !== null || step === null) continue;
    const number = Number(step[2]);
    const window = step[1] ?? '';
    const again = part.includes('<... completed>');
    events.push(again ? `goes on ${number} ${window}` : `step ${number} ${window}`);
    if (part.includes('<waiting ...>')) {
      events.push(`waits ${number} ${window}`);
      continue;
    }
    events.push(`replies ${number} ${window}`);
    replies.set(number, { text: part, rows });
  }
  return { events, replies, tables };
}

function lastCells(lines: readonly string[]): readonly (readonly string[])[] | undefined {
  const line = lines.findLastIndex((each) => /^-+(?:\+-+)*$/.test(each));
  if (line < 0) return undefined;
  const end = lines.findIndex((each, index) => index > line && /^\(\d+ rows?\)$/.test(each));
  return lines.slice(line + 1, end).map((row) => row.split('|').map((cell) => cell.trim()));
}

/** isolationtester is made to report that a deadlock's victim waits; the history knows only that it failed. */
function withoutVictims(events: readonly string[], replies: ReadonlyMap<number, Reply>): readonly string[] {
  return events.filter((event) => {
    const [, what, number] = /^(waits|goes on) (\d+)/.exec(event) ?? [];
    const reply = what === undefined ? undefined : replies.get(Number(number));
    return !(reply?.kind === 'error' && reply.sqlstate === '40P01');
  });
}

/** The same from the history, for a race whose sessions keep to one connection each, or with the names of their windows. */
export function eventsOf(
  history: History,
  windowOf: (session: number, connection: number) => string = (session) => `s${session + 1}`,
): { readonly events: readonly string[]; readonly replies: ReadonlyMap<number, Reply> } {
  const events: string[] = [];
  const replies = new Map<number, Reply>();
  const numbers = new Map<number, string>();
  for (const event of history) {
    if (event.kind === 'released') {
      numbers.set(event.step, `${numbers.size + 1} ${windowOf(event.session, event.statement.connection)}`);
      events.push(`step ${numbers.get(event.step)}`);
    } else if (event.kind === 'blocked') events.push(`waits ${numbers.get(event.step)}`);
    else if (event.kind === 'unblocked') events.push(`goes on ${numbers.get(event.step)}`);
    else if (event.kind === 'completed') {
      events.push(`replies ${numbers.get(event.step)}`);
      replies.set(Number.parseInt(numbers.get(event.step) ?? '', 10), event.reply);
    }
  }
  return { events, replies };
}

export function expectAsRecorded(
  record: TranscriptRecord,
  { history, violation }: Counterexample,
  windowOf?: (session: number, connection: number) => string,
  ofCells: 'psql' | 'isolationtester' = 'psql',
): void {
  const recorded = eventsOf(history, windowOf);
  const events = ofCells === 'psql' ? record.events : withoutVictims(record.events, recorded.replies);
  expect(events).toEqual(recorded.events);
  for (const [number, reply] of recorded.replies) {
    const printed = record.replies.get(number);
    if (printed === undefined) throw new Error(`step ${number} has no reply`);
    if (reply.kind === 'error') {
      expect(printed.text).toContain(`ERROR:  ${reply.message}`);
      if (ofCells === 'psql') expect(printed.sqlstate).toBe(reply.sqlstate);
      continue;
    }
    expect(printed.text).not.toContain('ERROR:');
    if (ofCells === 'psql') expect(printed.sqlstate).toBe('00000');
    if (reply.columns.length === 0) continue;
    expect(printed.rows, `rows of step ${number}`).toHaveLength(reply.rowCount ?? reply.rows.length);
    reply.rows.forEach((row, index) =>
      row.forEach((value, column) => expectCell(printed.rows?.[index]?.[column], value)),
    );
  }
  if (!('observed' in violation)) throw new Error('the violation has no tables to compare');
  for (const [name, { rows }] of Object.entries(violation.observed.state.tables)) {
    const wanted = rows.map((row) => row.map((cell) => cell ?? (ofCells === 'psql' ? 'NULL' : '')));
    expect(record.tables.get(name), name).toEqual(wanted);
  }
}

/** What `pg` made of a column, and how Postgres prints it. */
function expectCell(text: string | undefined, value: unknown): void {
  if (value === null) expect(['NULL', '']).toContain(text);
  else if (value instanceof Date) expect(new Date(text ?? '').getTime()).toBe(value.getTime());
  else if (value instanceof Uint8Array) expect(text).toBe(`\\x${Buffer.from(value).toString('hex')}`);
  else if (typeof value === 'boolean') expect(text).toBe(value ? 't' : 'f');
  else if (typeof value === 'object' && text?.startsWith('{"') === true)
    expect(JSON.parse(text)).toEqual(value);
  else if (Array.isArray(value)) expect(text).toBe(`{${value.join(',')}}`);
  else expect(text).toBe(cellText(value).replace(/^""$/, '').trim());
}
