/** The reply to a unit, as the engine records it: the last statement's rows, or the first error. */
import pg from 'pg';
import type { WireReply } from '../driver/wire-client.ts';
import { MessageReader } from '../wire/frames.ts';
import { fieldsOf, server } from '../wire/server-messages.ts';
import { parsed, valueOf } from './binary-values.ts';

/** More rows than these are counted, not read. */
const mostRows = 100;

/** A column of a statement's rows. */
export interface Column {
  readonly name: string;
  /** The number of its type. */
  readonly type: number;
}

/**
 * @param messages of the reply, in order
 * @param formats see `Unit`
 * @param known the columns of the statement that ran last, if the client asked for them earlier
 */
export function wireReply(
  messages: readonly Buffer[],
  formats: readonly number[],
  known: readonly Column[] = [],
): WireReply {
  let columns = known;
  /** Whether the server has said what the columns of the statement are whose end comes next. */
  let isDescribed = false;
  let rows: Buffer[] = [];
  let received = 0;
  /** Whether the statement whose end comes next has said what its rows are. */
  let hasRows = true;
  let command = '';
  let rowCount: number | null = null;
  for (const message of messages) {
    switch (message[0]) {
      case server.error:
        return { kind: 'error', error: databaseError(message) };
      case server.rowDescription:
        [columns, isDescribed] = [columnsOf(message), true];
        [rows, received, hasRows] = [[], 0, true];
        break;
      case server.bindComplete:
        if (!isDescribed) columns = known;
        [rows, received, hasRows] = [[], 0, true];
        break;
      case server.dataRow:
        received += 1;
        if (rows.length < mostRows) rows.push(message);
        break;
      case server.commandComplete:
        ({ command, rowCount } = tagOf(new MessageReader(message).text()));
        if (!hasRows) [columns, rows] = [[], []];
        [hasRows, isDescribed] = [false, false];
        break;
      case server.portalSuspended:
        ({ command, rowCount } = { command: 'FETCH', rowCount: received });
        break;
      default:
    }
  }
  const fields = columns.map(({ name }) => ({ name }));
  const values = rows.map((row) => rowOf(row, columns, formats));
  return {
    kind: 'result',
    result: { command, rowCount, rows: values, fields, oid: 0 } as unknown as pg.QueryResult,
  };
}

export function columnsOf(message: Buffer): readonly Column[] {
  const reader = new MessageReader(message);
  return Array.from({ length: reader.int16() }, () => {
    const name = reader.text();
    reader.bytes(6);
    const type = reader.int32();
    reader.bytes(8);
    return { name, type };
  });
}

function rowOf(message: Buffer, columns: readonly Column[], formats: readonly number[]): unknown[] {
  const reader = new MessageReader(message);
  return Array.from({ length: reader.int16() }, (_, index) => {
    const length = reader.int32();
    if (length < 0) return null;
    const bytes = reader.bytes(length);
    const format = formats.length === 1 ? formats[0] : formats[index];
    const type = columns[index]?.type ?? 0;
    return format === 1 ? valueOf(bytes, type) : parsed(bytes.toString('utf8'), type);
  });
}

/** `INSERT 0 1`, `SELECT 3`, `CREATE TABLE`: the first word, as `pg` reads it, and the number of rows. */
function tagOf(tag: string): { readonly command: string; readonly rowCount: number | null } {
  const rows = / (\d+)$/.exec(tag)?.[1];
  return { command: tag.split(' ', 1)[0] ?? '', rowCount: rows === undefined ? null : Number(rows) };
}

function databaseError(message: Buffer): Error {
  const fields = fieldsOf(message);
  const text = fields.get('M') ?? 'the server refused the statement';
  return Object.assign(new pg.DatabaseError(text, message.length, 'error'), {
    severity: fields.get('V') ?? fields.get('S'),
    code: fields.get('C'),
    constraint: fields.get('n'),
    detail: fields.get('D'),
    table: fields.get('t'),
  });
}
