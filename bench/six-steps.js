/**
 * The measured model: two sessions, one operation each, three single-row updates in an operation, all on
 * different rows and each its own transaction. So a schedule has six steps, none waits for another, and there
 * are 20 schedules. Updates and not reads, because a schedule that writes also has to be reset.
 */
import { defineModel, operation } from 'pg-lockstep';

export const schema = 'create table counters (id integer primary key, value integer not null)';
export const rows = [1, 2, 3, 4, 5, 6].map((id) => ({ id, value: 0 }));
export const statement = 'update counters set value = value + 1 where id = $1';

/** Rows that the operation of each session updates. */
export const ids = [
  [1, 2, 3],
  [4, 5, 6],
];

export const sixSteps = defineModel({
  name: 'six-steps',
  schema,
  rows: { counters: rows },
  operations: {
    countThree: operation({
      run: async ({ client }, first) => {
        for (let id = first; id < first + 3; id += 1) await client.query(statement, [id]);
      },
    }),
  },
});

export const scenario = {
  rows: { counters: rows },
  sessions: ids.map(([first]) => [{ operation: 'countThree', args: [first] }]),
};

export const schedulesOfScenario = 20;
