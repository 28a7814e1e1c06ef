/** Columns whose values are generated, and the generated values that an outcome therefore has. */
import type { DatabaseState, Generation } from '../core/state.ts';
import type { Places } from './places.ts';
import { readPair, type Reading } from './text-pair.ts';

/** Which columns hold generated values, by table, then column. */
export type GeneratedColumns = Readonly<Record<string, Readonly<Record<string, Generation | undefined>>>>;

export interface NamingRules {
  /** How far sequences are moved for a second execution. */
  readonly shifts: readonly bigint[];
  readonly columns: GeneratedColumns;
  /** What was seen so far, by place. Default: nothing, and nothing is kept. */
  readonly places?: Places | undefined;
}

/** With the columns of tables that operations made. */
export function withMadeColumns(
  columns: GeneratedColumns,
  states: readonly DatabaseState[],
): GeneratedColumns {
  let all = columns;
  for (const { tables } of states) {
    for (const [name, { generated }] of Object.entries(tables))
      if (generated !== undefined) all = { ...all, [name]: { ...generated, ...all[name] } };
  }
  return all;
}

/** A value from a generated column is a name wherever else it occurs: these, each with its value in the second state. */
export function declaredNames(
  columns: GeneratedColumns,
  [one, two]: readonly [DatabaseState, DatabaseState],
  reading: Omit<Reading, 'declared' | 'place'>,
): ReadonlyMap<string, string> {
  const declared = new Map<string, string>();
  const soFar = { ...reading, declared, place: '' };
  const isName = (kind: Generation, text: string, twin: string): boolean =>
    !reading.fixed.has(text) &&
    (text === twin ? kind === 'counted' : readPair(text, twin, soFar) === undefined);
  for (const [table, content] of Object.entries(one.tables)) {
    content.columns.forEach((column, index) => {
      const kind = columns[table]?.[column];
      if (kind !== 'random' && kind !== 'drawn' && kind !== 'counted') return;
      content.rows.forEach((row, at) => {
        const [text, twin] = [row[index] ?? null, two.tables[table]?.rows[at]?.[index] ?? null];
        if (text !== null && twin !== null && isName(kind, text, twin)) declared.set(text, twin);
      });
    });
  }
  return declared;
}
