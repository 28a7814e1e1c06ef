/**
 * A statement as reports show it: on one line, without comments, with its values in place, shortened if it
 * must be. Nothing here understands SQL, except that quoted parts are distinguished from the rest.
 */
import type { Message } from '../core/history.ts';
import { cutSql } from './cut-sql.ts';
import { cutMiddle, fits, printable, textWidth } from './text.ts';
import { literalText } from './value-text.ts';

/** Ways to show a statement, from the fullest to the shortest that keeps its meaning. */
export interface SqlText {
  /** With values in place. */
  readonly full: string;
  /** Also without the names of selected, inserted or returned columns. */
  readonly brief: string;
}

/** Longer literals are cut: a race is seldom about them. */
const maxLiteral = 30;
/** Nobody reads more values than this beside one statement. */
const maxValues = 100;

const piece =
  /(?<blank>(?:\s|--[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\/)+)|(?<literal>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\$(?<tag>[A-Za-z_]*)\$[\s\S]*?\$\k<tag>\$)|(?<identifier>"(?:[^"]|"")*")|\$(?<parameter>\d+)/g;

/** @param prefix text before the statement in every form: its connection, say */
export function sqlText(statement: Message, prefix: string = ''): SqlText {
  const values = statement.values
    .slice(0, maxValues)
    .map((value) => cutMiddle(literalText(value), maxLiteral));
  const text = abridged(statement.text);
  const show = (shown: string): string => prefix + (shown === '' ? '(empty statement)' : shown);
  return {
    full: show(rewrite(text, values, false)),
    brief: show(withoutLists(rewrite(text, values, true))),
  };
}

/** The room for a statement and its mark. */
export interface SqlRoom {
  readonly width: number;
  /** The width of the mark that shows its result; 0 for none. */
  readonly markWidth: number;
  /** For the statement; a mark below it may take one more. */
  readonly maxLines: number;
}

export interface FittedSql {
  readonly lines: readonly string[];
  /** Whether the mark needs a line of its own; otherwise the last line has room for it and a blank. */
  readonly markBelow: boolean;
}

/** The statement on few lines: whole if possible, then without column lists, then without its end. */
export function fitSql(sql: SqlText, { width, markWidth, maxLines }: SqlRoom): FittedSql {
  // A mark that takes most of a line would leave nothing of the statement.
  const wide = markWidth > width * 0.6;
  const lastWidth = markWidth === 0 || wide ? width : width - markWidth - 1;
  const beside = { width, lastWidth, maxLines };
  const below = { width, lastWidth: width, maxLines: markWidth === 0 ? 0 : maxLines - 1 };
  const candidates = [sql.full, sql.brief];
  for (const candidate of candidates) {
    const lines = breakLines(candidate, beside, 'clauses');
    if (lines !== undefined) return { lines, markBelow: wide };
    const above = breakLines(candidate, below, 'clauses');
    if (above !== undefined) return { lines: above, markBelow: true };
  }
  for (const candidate of candidates) {
    const lines = breakLines(candidate, beside, 'both') ?? breakLines(candidate, beside, 'words');
    if (lines !== undefined) return { lines, markBelow: wide };
    // One more line is better than a statement without its end, unless there is only one line.
    const above = maxLines === 1 ? undefined : breakLines(candidate, { ...below, maxLines }, 'words');
    if (above !== undefined) return { lines: above, markBelow: true };
  }
  // How much must go depends on where the lines break, hence the loop.
  for (let length = width * maxLines; length > lastWidth; length -= 4) {
    const lines = breakLines(cutSql(sql.brief, length), beside, 'words');
    if (lines !== undefined) return { lines, markBelow: wide };
  }
  return { lines: [cutSql(sql.brief, lastWidth)], markBelow: wide };
}

const clause =
  /^(?:from|where|set|values|returning|on conflict|order by|group by|limit|for (?:no key )?update|for (?:key )?share|(?:left |inner )?join|union|and|or)\b/i;

/** Breaks before clauses, before words, or before words that begin no clause. Undefined if it does not fit. */
function breakLines(
  text: string,
  size: { readonly width: number; readonly lastWidth: number; readonly maxLines: number },
  at: 'clauses' | 'words' | 'both',
): readonly string[] | undefined {
  if (!fits(text, size.width * size.maxLines)) return undefined;
  const lines: string[] = [];
  let rest = text;
  while (lines.length < size.maxLines) {
    const indent = lines.length === 0 ? '' : '  ';
    if (textWidth(indent + rest) <= size.lastWidth) return [...lines, indent + rest];
    const spaces = [...rest.matchAll(/ /g)].map(({ index }) => index);
    const words = spaces.filter((end) => end > 0 && textWidth(indent + rest.slice(0, end)) <= size.width);
    const clauses = at === 'words' ? [] : words.filter((end) => clause.test(rest.slice(end + 1)));
    const end = clauses.at(-1) ?? (at === 'clauses' ? undefined : words.at(-1));
    if (end === undefined) return undefined;
    lines.push(indent + rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  return undefined;
}

/** Nobody reads a megabyte: only both ends of a huge statement are shown. */
function abridged(text: string): string {
  return text.length <= 8000 ? text : `${text.slice(0, 5000)} … ${text.slice(-2000)}`;
}

function rewrite(text: string, values: readonly string[], unquote: boolean): string {
  return printable(
    text
      .replace(piece, (match: string, ...rest: unknown[]) => {
        const { blank, identifier, parameter } = rest.at(-1) as Record<string, string | undefined>;
        if (blank !== undefined) return ' ';
        if (parameter !== undefined) return values[Number(parameter) - 1] ?? match;
        // Quotes that change nothing are left out, so that an ORM's SQL stays readable.
        if (identifier !== undefined && unquote && /^"[a-z_][a-z0-9_]*"$/.test(match))
          return match.slice(1, -1);
        return match;
      })
      .trim()
      .replace(/ ?;$/, ''),
  );
}

/** Column lists go first: the reply shows selected and returned columns too, and inserted values speak for themselves. */
function withoutLists(text: string): string {
  return text
    .replace(/^(select )(.+?)( from )/i, (match, select: string, list: string, from: string) =>
      balanced(list) && list.length > 1 ? `${select}…${from}` : match,
    )
    .replace(/^(insert into [^\s(]+) ?\([^()]*\) ?(?=values|select)/i, '$1 … ')
    .replace(/( returning )(.+)$/i, (match, returning: string, list: string) =>
      balanced(list) && list.length > 1 ? `${returning}…` : match,
    );
}

function balanced(text: string): boolean {
  return text.split('(').length === text.split(')').length;
}
