/**
 * Small transactions on two rows, as in Hermitage (github.com/ept/hermitage, by Martin Kleppmann): statements by key and by
 * condition, then commit or rollback. Every write of a row by key writes a value of its own, so that replies show which
 * version was read.
 */
import { defineModel, operation, type Scenario } from 'pg-lockstep';

/** A statement; `$` stands for a value that no other statement writes. */
const menu = {
  r1: 'select id, value from test where id = 1',
  r2: 'select id, value from test where id = 2',
  'read all': 'select id, value from test order by id',
  'read where': 'select id, value from test where value % 3 = 0 order by id',
  w1: 'update test set value = $ where id = 1',
  w2: 'update test set value = $ where id = 2',
  'update all': 'update test set value = value + 10',
  'delete where': 'delete from test where value = 20',
  insert: 'insert into test values ($, $)',
} as const;

export type Word = keyof typeof menu;
export type End = 'commit' | 'rollback';

export interface Transaction {
  readonly words: readonly Word[];
  readonly end: End;
}

/** Multiples of 3, so that written rows meet a condition that the first rows do not. */
const freshValue = (session: number, place: number): number => 300 * (session + 1) + 30 * (place + 1);

export const hermitage = defineModel({
  name: 'hermitage',
  schema: 'create table test (id int primary key, value int not null)',
  rows: { test: [{ id: 1, value: 10 }, { id: 2, value: 20 }] }, // prettier-ignore
  operations: {
    transaction: operation<readonly [number, readonly Word[], End]>({
      run: async ({ client }, session, words, end) => {
        const seen: unknown[] = [];
        try {
          await client.query('begin');
          for (const [place, word] of words.entries()) {
            const { rows } = await client.query(
              menu[word].replaceAll('$', String(freshValue(session, place))),
            );
            seen.push(rows);
          }
          await client.query(end);
        } catch (error) {
          await client.query('rollback');
          throw error;
        }
        return seen;
      },
    }),
  },
});

export function scenarioOf(transactions: readonly Transaction[]): Scenario {
  return {
    rows: { test: [{ id: 1, value: 10 }, { id: 2, value: 20 }] }, // prettier-ignore
    sessions: transactions.map(({ words, end }, session) => [
      { operation: 'transaction', args: [session, words, end] },
    ]),
  };
}
