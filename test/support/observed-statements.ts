/** Statements as explanations see them, made by hand, over a table `t` whose versions are known by their numbers. */
import type { Knowledge, ObservedStatement, Read } from '../../src/explain/observed.ts';

/** Row 10 n + v is version v of the row with id n. */
export const knowledge: Knowledge = {
  meets: ({ condition }, row) => Math.floor(row / 10) === condition,
  nameOf: (table) => table,
  values: (_, row) => ({ id: Math.floor(row / 10), n: row }),
  keysOf: () => [['id']],
  growing: () => [],
  startRows: () => [10, 20],
};
export const statement = (
  session: number,
  step: number,
  more: Partial<ObservedStatement>,
): ObservedStatement => ({
  ref: { session, operation: 0 },
  step,
  during: step,
  transaction: `s${session}`,
  snapshot: step,
  values: [],
  reads: [],
  writes: [],
  published: undefined,
  undone: undefined,
  shown: [],
  returns: false,
  locks: [],
  skips: false,
  advisory: [],
  refused: false,
  failure: undefined,
  ...more,
});
export const write = (
  before: number,
  after: number,
  more: Partial<ObservedStatement>,
): Partial<ObservedStatement> => ({
  writes: [{ table: 't', before, after }],
  ...more,
});
export const read = (id: number, shown: number): Partial<ObservedStatement> => {
  const by: Read = { table: 't', condition: id, how: 'snapshot', byKey: true, text: `(id = ${id})` };
  return { reads: [by], shown: [{ id, n: shown }] };
};
