/**
 * A statement with its parameters in place, as SQL that can be sent by itself. `pg` sends a parameter as text of unknown
 * type, and to Postgres a quoted literal is just that: both get their type from their place in the statement.
 */
import pg from 'pg';
import utils from 'pg/lib/utils.js';
import type { Message } from '../core/history.ts';
import { oneLine, cutEnd } from '../report/text.ts';
import { cannotExport } from './fault.ts';

/** The pieces of SQL text, as far as they are needed to distinguish a placeholder or a semicolon from quoted text. */
export const sqlPiece: RegExp =
  /(?<blank>--[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\/)|(?<escaped>\b[eE]'(?:[^'\\]|\\[\s\S]|'')*')|(?<literal>'(?:[^']|'')*')|(?<dollar>\$(?<tag>(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$[\s\S]*?\$\k<tag>\$)|(?<identifier>"(?:[^"]|"")*")|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|\$(?<parameter>\d+)|(?<semicolon>;)|(?<open>['"])/g;

export interface SqlPieces {
  readonly blank?: string;
  readonly escaped?: string;
  readonly literal?: string;
  readonly dollar?: string;
  readonly tag?: string;
  readonly identifier?: string;
  readonly parameter?: string;
  readonly semicolon?: string;
  readonly open?: string;
}

/** The text with some of its pieces replaced; `undefined` leaves a piece as it is. */
export function rewriteSql(
  text: string,
  put: (pieces: SqlPieces, piece: string) => string | undefined,
): string {
  return text.replace(
    sqlPiece,
    (piece: string, ...rest: unknown[]) => put(rest.at(-1) as SqlPieces, piece) ?? piece,
  );
}

/** As `pg` serialises it, quoted by `pg`: `'15'`, `'{"color":1}'`, `null`. */
export function parameterLiteral(value: unknown): string {
  const sent = utils.prepareValue(value);
  if (sent === null) return 'null';
  // Text with a backslash becomes ` E'...'`, with a blank to separate it from the text before.
  return pg.escapeLiteral(typeof sent === 'string' ? sent : `\\x${sent.toString('hex')}`).trimStart();
}

export interface StatementSqlOptions {
  /** The separator between statements that were sent in one message. Default `;`. */
  readonly separator?: string;
}

/**
 * One message to the server, without a semicolon at its end.
 *
 * @throws Fault `cannot-export` if a quote is never closed, since nothing after it could be recognised
 */
export function statementSql(statement: Message, { separator = ';' }: StatementSqlOptions = {}): string {
  const text = statement.text.trim().replace(/(?:\s*;)+$/, '');
  const sql = rewriteSql(text, ({ parameter, semicolon, open }) => {
    if (open !== undefined) {
      throw cannotExport(`a quote is not closed in the statement ${cutEnd(oneLine(statement.text), 80)}`);
    }
    if (semicolon !== undefined) return separator;
    if (parameter === undefined) return undefined;
    const index = Number(parameter) - 1;
    return index < statement.values.length ? parameterLiteral(statement.values[index]) : undefined;
  });
  // A comment at the end must not swallow the text after it.
  return /--[^\n]*$/.test(sql) ? `${sql}\n` : sql;
}
