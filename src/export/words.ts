/** Words that all exports share: the race, the expected replies, and what is wrong with the result. */
import type { Reply, Statement } from '../core/history.ts';
import type { Counterexample } from '../core/result.ts';
import { schemaTable } from '../core/state.ts';
import { errorText, callText, operationText, answerVerb } from '../report/call-text.ts';
import { labelled } from '../report/labelled.ts';
import { replyText } from '../report/reply-text.ts';
import { settingText } from '../report/setting-text.ts';
import { joined, startingRowsTexts, tableTexts } from '../report/tables-text.ts';
import { count, oneLine } from '../report/text.ts';
import { cellText, rowText } from '../report/value-text.ts';
import { violationKind, violationSections } from '../report/violation-text.ts';
import type { Move } from './moves.ts';

const look = { width: 110, color: false };

/** The headline, the promise, the observed outcome and the possible serial ones. */
export function raceLines(counterexample: Counterexample): readonly string[] {
  const { setting, violation, promise, scenario, explanation } = counterexample;
  return [
    `${violationKind(violation, setting.order)} in ${settingText(setting)}`,
    ...labelled(
      'anomaly',
      explanation === undefined ? [] : [`${explanation.anomaly.name} (${explanation.anomaly.code})`],
      look,
    ),
    ...labelled('promise', promise === undefined ? [] : [oneLine(promise)], look),
    ...violationSections(counterexample).flatMap(([label, texts]) => labelled(label, texts, look)),
    ...labelled('start', startingRowsTexts(scenario.rows), look),
  ];
}

/** A note for exports of a race found on PGlite. */
export function pgliteLines({ setting }: Counterexample): readonly string[] {
  if (setting.driver !== 'pglite') return [];
  return [
    'The race was found on PGlite, where an open transaction makes all other sessions wait. Here no session waits, since',
    'no statement comes between those of a transaction. Postgres has this race too, and more interleavings besides.',
  ];
}

/** `10`, `(1, sky)`, `2 rows: (1, a) (2, b)`, `error 23505 (tags_name_key)`, `COMMIT`. */
export function expectedText(reply: Reply | undefined, statement: Statement): string {
  if (reply === undefined) return 'any reply';
  if (reply.kind === 'error') return errorText(reply.sqlstate, reply.constraint, reply.message);
  if (reply.columns.length === 0) return replyText(reply, statement).replace(/^-> /, '') || reply.command;
  const { rows } = reply;
  const [row] = rows;
  if (row === undefined) return 'no rows';
  if (rows.length === 1) return row.length === 1 ? cellText(row[0]) : rowText(row);
  return `${count(reply.rowCount ?? rows.length, 'row')}: ${joined(rows.map(rowText)).replaceAll('\u00a0', ' ')}`;
}

/** `s1 deposit(5) returned nothing`: computed in JavaScript, so no SQL can show it. */
export function returnedText(
  { scenario }: Counterexample,
  move: Move & { readonly kind: 'returned' },
): string {
  return `${operationText(scenario, move)} ${answerVerb(move.answer)}`.replaceAll('\u00a0', ' ');
}

/** `deposit(5), deposit(7)`. */
export function callsText({ scenario }: Counterexample, session: number): string {
  return (scenario.sessions[session] ?? []).map((call) => callText(call)).join(', ');
}

/** Final tables as they were recorded; none where the violation keeps no state. */
export function finalTexts({ violation }: Counterexample): readonly string[] {
  return 'observed' in violation
    ? tableTexts(violation.observed.state).map((text) => text.replaceAll('\u00a0', ' '))
    : [];
}

/** Stored tables by name with their columns, in the order of the catalog. */
export function finalTables({
  violation,
}: Counterexample): readonly (readonly [string, readonly string[]])[] {
  if (!('observed' in violation)) return [];
  return Object.entries(violation.observed.state.tables)
    .filter(([name]) => name !== schemaTable)
    .map(([name, { columns }]) => [name, columns] as const);
}
