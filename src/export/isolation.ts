/**
 * A race as a specification for Postgres's isolationtester (src/test/isolation/README in its sources): the schema as
 * setup, a session for each connection, a step for each statement, and the one permutation that shows the race.
 */
import pg from 'pg';
import type { Counterexample } from '../core/result.ts';
import { sessionText } from '../report/call-text.ts';
import { listed, printable } from '../report/text.ts';
import { movesOf, type Move, type Moves, type Window } from './moves.ts';
import { sessionSettings, setupParts, tableSql } from './setup-sql.ts';
import { rewriteSql, statementSql } from './statement-sql.ts';
import {
  callsText,
  expectedText,
  finalTables,
  finalTexts,
  pgliteLines,
  raceLines,
  returnedText,
} from './words.ts';

interface Step {
  readonly name: string;
  readonly sql: string;
}

/**
 * @param schema the model's
 * @throws Fault `cannot-export` if the race consists of more than statements
 */
export function exportIsolation(counterexample: Counterexample, schema: string): string {
  const moves = movesOf(counterexample);
  const finals = finalTables(counterexample).map(([table, columns], index): Step => {
    const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ');
    return { name: `end_${index + 1}`, sql: `select ${list} from only ${tableSql(table)};` };
  });
  const order = [...permutation(moves), ...finals.map(({ name }) => name)];
  const drops = finalTables(counterexample).map(([table]) => tableSql(table));
  return [
    ...head(counterexample, moves).map((line) => `# ${printable(line)}`.trimEnd()),
    '',
    ...setupParts(counterexample, schema).flatMap(({ title, sql }) => [`# ${title}`, `setup ${block(sql)}`]),
    drops.length === 0 ? '' : `teardown ${block(`drop table ${drops.join(', ')} cascade;`)}`,
    ...moves.windows.flatMap((window) => ['', ...sessionLines(counterexample, moves, window)]),
    ...(finals.length === 0 ? [] : ['', 'session end', ...finals.map(stepLine)]),
    '',
    ...moves.moves.flatMap((move) => momentOf(counterexample, move)).map((line) => `# ${printable(line)}`),
    ...finalTexts(counterexample).map((text) => `# at the end: ${printable(text)}`),
    ['permutation', ...order].join(' '),
    '',
  ].join('\n');
}

function head(counterexample: Counterexample, { count }: Moves): readonly string[] {
  return [
    ...raceLines(counterexample),
    '',
    `${count} steps; the values are those that were sent in the recorded run.`,
    ...pgliteLines(counterexample),
    '',
    'Run it in a new and empty database:  isolationtester "dbname=race" < THIS_FILE',
    "(`pg_config --pgxs` prints the path of Postgres's developer files; from there, it is in ../test/isolation.)",
  ];
}

function sessionLines(counterexample: Counterexample, moves: Moves, window: Window): readonly string[] {
  const steps = moves.moves.flatMap((move) => (isOf(move, window) ? stepsOf(move) : []));
  return [
    `# ${printable(callsText(counterexample, window.session))}`,
    `session ${window.name}`,
    `setup ${block(sessionSettings(counterexample, moves, window).join('\n'))}`,
    ...steps.map(stepLine),
  ];
}

function isOf(move: Move, window: Window): boolean {
  return move.kind === 'send' && move.window === window;
}

/** Each message is a step of its own: statements in one message would be one transaction. */
function stepsOf(move: Move): readonly Step[] {
  if (move.kind !== 'send') return [];
  const last = move.messages.length - 1;
  return move.messages.map((statement, index) => ({
    name: `${move.window.name}_${move.number}${index === last ? '' : `_${'abcdefghijklmnopqrstuvwxyz'[index] ?? index}`}`,
    sql: `${statementSql(statement)};`,
  }));
}

/**
 * It depends on timing whether isolationtester sees the last statement of a deadlock wait before it fails. The mark `(*)`
 * makes it always report that, and the session that it frees is reported after it (Postgres 14 and later know these marks).
 */
function permutation(moves: Moves): readonly string[] {
  const victims = new Map<number, string>();
  const freedBy = new Map<number, string>();
  let last: string | undefined;
  for (const move of moves.moves) {
    if (move.kind === 'send') last = undefined;
    else if (move.kind === 'goes-on' && last !== undefined) freedBy.set(move.number, last);
    else if (move.kind === 'replies' && move.reply?.kind === 'error' && move.reply.sqlstate === '40P01') {
      last = `${move.window.name}_${move.number}`;
      victims.set(move.number, last);
    }
  }
  return moves.moves.flatMap((move) => {
    if (move.kind !== 'send') return [];
    const names = stepsOf(move).map(({ name }) => name);
    const marks = [victims.has(move.number) ? '*' : undefined, freedBy.get(move.number)].filter(
      (mark) => mark !== undefined,
    );
    return names.with(-1, `${names.at(-1)}${marks.length === 0 ? '' : `(${marks.join(', ')})`}`);
  });
}

function stepLine({ name, sql }: Step): string {
  return `step ${name} ${block(sql)}`;
}

/** The recorded result, as a comment: results computed in JavaScript show nowhere else. */
function momentOf(counterexample: Counterexample, move: Move): readonly string[] {
  switch (move.kind) {
    case 'send':
      return [];
    case 'waits':
      return [`${move.window.name}_${move.number} waits for ${listed(move.by.map(sessionText))}`];
    case 'goes-on':
      return [`${move.window.name}_${move.number} goes on`];
    case 'replies':
      return [`${move.window.name}_${move.number}: ${expectedText(move.reply, move.statement)}`];
    case 'returned':
      return [returnedText(counterexample, move)];
  }
}

/** The specification's scanner ends a block at the first closing brace, even inside quotes. */
function block(sql: string): string {
  const inner = withoutBraces(sql);
  return inner.includes('\n') ? `{\n${inner}\n}` : `{ ${inner} }`;
}

function withoutBraces(sql: string): string {
  if (!sql.includes('}')) return sql;
  return rewriteSql(sql, ({ blank, escaped, literal, dollar, tag, identifier }, piece) => {
    if (!piece.includes('}')) return undefined;
    if (blank !== undefined) return piece.replaceAll('}', ')');
    if (escaped !== undefined)
      return escaped.replaceAll(/\\[\s\S]|\}/g, (part) => (part.endsWith('}') ? brace : part));
    if (literal !== undefined) return `E${literal.replaceAll('\\', '\\\\').replaceAll('}', brace)}`;
    if (dollar !== undefined) {
      const mark = (tag?.length ?? 0) + 2;
      const body = dollar.slice(mark, -mark).replaceAll("'", "''").replaceAll('\\', '\\\\');
      return `E'${body.replaceAll('}', brace)}'`;
    }
    if (identifier !== undefined) return `U&${identifier.replaceAll('\\', '\\\\').replaceAll('}', '\\007D')}`;
    return undefined;
  });
}

/** In an escape string. */
const brace = String.raw`\x7d`;
