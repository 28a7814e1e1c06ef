/**
 * A race as a shell script for psql. A person can read it from top to bottom and follow it in two or three psql windows;
 * when run, it plays those windows step by step and says whether everything went as recorded.
 */
import pg from 'pg';
import type { Reply } from '../core/history.ts';
import type { Counterexample } from '../core/result.ts';
import { sessionText } from '../report/call-text.ts';
import { listed, oneLine, printable } from '../report/text.ts';
import { cannotExport } from './fault.ts';
import { movesOf, type Move, type Moves } from './moves.ts';
import { psqlRuntime } from './psql-runtime.ts';
import { sessionSettings, setupParts, tableSql } from './setup-sql.ts';
import { statementSql } from './statement-sql.ts';
import {
  callsText,
  expectedText,
  finalTables,
  finalTexts,
  pgliteLines,
  raceLines,
  returnedText,
} from './words.ts';

/** A POSIX shell names file descriptors with one digit; 0, 1 and 2 are taken. */
const maxWindows = 7;

/**
 * @param schema the model's
 * @throws Fault `cannot-export` if the race consists of more than statements, or needs too many windows
 */
export function exportPsql(counterexample: Counterexample, schema: string): string {
  const moves = movesOf(counterexample);
  if (moves.windows.length > maxWindows) {
    throw cannotExport(
      `it needs ${moves.windows.length} connections at once, and a shell script can hold ${maxWindows} psql windows`,
    );
  }
  return [
    '#!/bin/sh',
    ...head(counterexample, moves).map((line) => `# ${printable(line)}`.trimEnd()),
    '',
    `steps=${moves.count}`,
    '',
    'race() {',
    ...setupParts(counterexample, schema).flatMap(({ title, sql }) => [
      '',
      ...withInput(['setup', title], sql),
    ]),
    ...moves.windows.flatMap((window) => [
      '',
      ...withInput(
        ['window', window.name, callsText(counterexample, window.session)],
        sessionSettings(counterexample, moves, window).join('\n'),
      ),
    ]),
    ...moves.moves.flatMap((move) => moveLines(counterexample, move)),
    '',
    ...end(counterexample),
    '}',
    psqlRuntime,
  ].join('\n');
}

function head(counterexample: Counterexample, { windows, count }: Moves): readonly string[] {
  const names = listed(windows.map(({ name }) => name));
  return [
    ...raceLines(counterexample),
    '',
    `${count} steps in ${windows.length} psql windows, ${names}; the values are those that were sent in the recorded run.`,
    ...pgliteLines(counterexample),
    '',
    'Run it:         sh THIS_FILE           (PGHOST, PGPORT, PGUSER, ... say which server, as for psql 13 or later)',
    'Do it by hand:  sh THIS_FILE --text    prints the steps; or read on: type the lines between <<SQL and SQL',
    'It makes a database of its own and drops it again. Exit code 0: as recorded; 1: something differs.',
    ...(sessionDeadlock(counterexample)
      ? [
          'It sets deadlock_timeout, so that the same session is ended as in the run, which needs a superuser.',
        ]
      : []),
  ];
}

function sessionDeadlock({ history }: Counterexample): boolean {
  return history.some(
    (event) => event.kind === 'completed' && event.reply.kind === 'error' && event.reply.sqlstate === '40P01',
  );
}

function moveLines(counterexample: Counterexample, move: Move): readonly string[] {
  switch (move.kind) {
    case 'send': {
      const sql = move.messages
        .map((statement) => `${statementSql(statement, { separator: ' \\;' })};`)
        .join('\n');
      return ['', ...withInput(['step', String(move.number), move.window.name], sql)];
    }
    case 'waits':
      return [command('waits', String(move.number), move.window.name, listed(move.by.map(sessionText)))];
    case 'goes-on':
      return [command('goes_on', String(move.number), move.window.name)];
    case 'replies': {
      const [sqlstate, rows] = whatIsChecked(move.reply);
      const words = expectedText(move.reply, move.statement);
      return [command('replies', String(move.number), move.window.name, sqlstate, rows, words)];
    }
    case 'returned':
      return [command('returned', returnedText(counterexample, move))];
  }
}

/** SQLSTATE and number of rows, or `any`. */
function whatIsChecked(reply: Reply | undefined): readonly [string, string] {
  if (reply === undefined) return ['any', 'any'];
  if (reply.kind === 'error') return [reply.sqlstate ?? 'any', 'any'];
  return ['00000', reply.rowCount === null ? 'any' : String(reply.rowCount)];
}

function end(counterexample: Counterexample): readonly string[] {
  const tables = finalTables(counterexample);
  const selects = tables.map(([name, columns]) => {
    const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ');
    return `\\echo ${pg.escapeLiteral(name).trimStart()}\nselect ${list} from only ${tableSql(name)};`;
  });
  const recorded = finalTexts(counterexample).map((text) => `recorded: ${text}`);
  return [
    ...(selects.length === 0 ? [] : withInput(['tables'], selects.join('\n'))),
    ...withInput(['said'], [...recorded, ...raceLines(counterexample)].map(printable).join('\n'), 'TEXT'),
  ];
}

/** A command of the script with its input, ended by a word that is no line of the input. */
function withInput(words: readonly string[], input: string, word = 'SQL'): readonly string[] {
  const lines = input.split('\n');
  let stop = word;
  while (lines.includes(stop)) stop += '_';
  return [`${command(...words)} <<'${stop}'`, ...lines, stop];
}

function command(...words: readonly string[]): string {
  return words
    .map((word) => (/^[\w.-]+$/.test(word) ? word : `'${oneLine(word).replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
