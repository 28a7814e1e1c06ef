/**
 * A statement that has less room than it needs. It loses its end, but never part of a name or a number, and keeps the parts
 * that decide a race: the values that an UPDATE sets, and the lock that a SELECT takes.
 */
import { cutEnd, fits, textWidth } from './text.ts';

/** Names, numbers and quoted parts stay whole; a break may come anywhere else. */
const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[\p{L}\p{N}_$.]+|\s+|[^\s]/gu;

const lock = / for (?:no key update|update|key share|share)\b.*$/i;

/** Tokens that say nothing at the end of a cut statement. */
const dangling =
  /(?:\s|[=,(<>+*-]|\b(?:where|and|or|set|from|values|on|into|as|join|order|by|returning|conflict|limit|not|in|is)\b)+$/iu;

/** The statement, or as much of it as has room, with an ellipsis. */
export function cutSql(text: string, width: number): string {
  if (fits(text, width)) return text;
  const cut = withoutEnd(text, width);
  // A function's name says more than the word SELECT before it.
  if (/^select…/i.test(cut) && /^select [\w.]+\(/i.test(text))
    return cutSql(text.slice('select '.length), width);
  // In an UPDATE, the values that it sets say more than the name of its table.
  const values = text.replace(/^update \S+ set /i, 'update … set ');
  if (values === text || / = /.test(cut)) return cut;
  const other = fits(values, width) ? values : withoutEnd(values, width);
  return / = /.test(other) ? other : cut;
}

function withoutEnd(text: string, width: number): string {
  const [tail = ''] = lock.exec(text) ?? [];
  const room = width - textWidth(tail) - 1;
  const whole = wholeTokens(text.slice(0, text.length - tail.length), room);
  if (whole !== '') return `${whole}${whole.endsWith('…') ? '' : '…'}${tail}`;
  return tail === '' ? cutEnd(text, width) : withoutEnd(text.slice(0, text.length - tail.length), width);
}

/** The first tokens that have room; empty if not even a verb has. */
function wholeTokens(text: string, width: number): string {
  let taken = '';
  for (const [each] of text.matchAll(token)) {
    if (!fits(taken + each, width)) break;
    taken += each;
  }
  const bare = taken.replace(/\s(?:where|and|or|set|on)\s+[^\s=<>]+\s*$/i, '').replace(dangling, '');
  return bare === '' ? taken.trimEnd() : bare;
}
