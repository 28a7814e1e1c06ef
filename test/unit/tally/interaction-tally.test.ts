/** What is collected from real executions: exact numbers, on real Postgres. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsThat, InteractionTally } from '../../../src/tally/interaction-tally.ts';
import { warningsOf } from '../../../src/tally/vacuity.ts';
import type { Interactions } from '../../../src/core/interactions.ts';
import type { Call, Model } from '../../../src/core/model.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { Bench, call, inOrder, sql, type Choose } from '../../support/bench.ts';

const engine = postgres();
let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open(engine, {
    schema: 'create table t (id int primary key, n int not null)',
    rows: { t: [1, 2, 3].map((id) => ({ id, n: 0 })) },
    operations: {
      add: async ({ client }, id: number) => {
        await client.query('begin');
        await client.query('update t set n = n + 1 where id = $1', [id]);
        await client.query('commit');
        return 'added';
      },
      both: async ({ client }, first: number, second: number) => {
        await client.query('begin');
        try {
          for (const id of [first, second]) await client.query('update t set n = n + 1 where id = $1', [id]);
          await client.query('commit');
        } catch (error) {
          await client.query('rollback');
          throw error;
        }
      },
      look: async ({ client }) => (await client.query('select n from t where id = 1')).rows[0].n,
      fails: async ({ client }) => client.query('select 1 / 0'),
      refuses: async ({ client }) => {
        await client.query('select 1');
        return 'no';
      },
    },
  });
});
afterAll(async () => {
  await bench.close();
  await engine.close();
});

const model: Pick<Model, 'refusal'> = {
  refusal: (answer) => answer.kind === 'returned' && answer.value === 'no',
};

type Run = readonly [sessions: readonly (readonly Call[])[], choose?: Choose];

async function collected(...runs: readonly Run[]): Promise<InteractionTally> {
  const tally = new InteractionTally();
  for (const [sessions, choose] of runs) tally.add(model, sessions, await bench.run(sessions, choose));
  return tally;
}

const seen = async (...runs: readonly Run[]): Promise<Interactions> =>
  (await collected(...runs)).interactions();

test('one after another: nothing overlapped', async () => {
  const found = await seen([[[call('add', 1)], [call('add', 2)]]]);
  expect(found).toMatchObject({ statements: 4, concurrent: 1, overlapping: 0, lockWaits: 0, deadlocks: 0 });
  expect(found.overlaps).toEqual({ top: [{ operations: ['add', 'add'], overlapped: 0, pairs: 1 }], more: 0 });
  expect(found.waits).toEqual({ top: [], more: 0 });
});

test('one in the middle of the other overlaps, also when it is a single step', async () => {
  const found = await seen([[[call('add', 1)], [call('look')]], inOrder(0, 1, 0)]);
  expect(found).toMatchObject({ overlapping: 1 });
  expect(found.overlaps.top).toEqual([{ operations: ['add', 'look'], overlapped: 1, pairs: 1 }]);
  // Begun before the first step of the other, or after its last, it does not.
  for (const order of [inOrder(1, 0, 0), inOrder(0, 0, 1)]) {
    expect(await seen([[[call('add', 1)], [call('look')]], order])).toMatchObject({ overlapping: 0 });
  }
});

test('two operations of one session never overlap; those of others are counted pair by pair', async () => {
  const sessions = [[call('add', 1), call('look')], [call('add', 2)], [call('look')]];
  const found = await seen([sessions, inOrder(0, 1, 0, 2, 1, 0)]);
  expect(found.overlaps.top).toEqual([
    { operations: ['add', 'add'], overlapped: 1, pairs: 1 },
    { operations: ['add', 'look'], overlapped: 1, pairs: 3 },
    { operations: ['look', 'look'], overlapped: 0, pairs: 1 },
  ]);
  expect(found.operations.map(({ operation, overlapping }) => [operation, overlapping])).toEqual([
    ['add', 2],
    ['look', 1],
  ]);
});

test('who waited for whom, with which statement', async () => {
  const sessions = [[call('add', 1)], [call('both', 1, 2)]];
  const found = await seen([sessions, inOrder(0, 1, 0)], [sessions, inOrder(1, 0, 1)]);
  expect(found).toMatchObject({ lockWaits: 2, deadlocks: 0, overlapping: 2 });
  const statement = 'update t set n = n + 1 where id = $1';
  expect(found.waits.top).toEqual([
    { waiter: 'add', statement, holder: 'both', times: 1 },
    { waiter: 'both', statement, holder: 'add', times: 1 },
  ]);
});

test('a deadlock: a wait, a victim, an abort', async () => {
  const found = await seen([[[call('both', 1, 2)], [call('both', 2, 1)]], inOrder(0, 1, 0, 1)]);
  expect(found).toMatchObject({ deadlocks: 1, overlapping: 1 });
  expect(found.lockWaits).toBeGreaterThanOrEqual(1);
  expect(found.operations).toEqual([
    {
      operation: 'both',
      calls: 2,
      returned: 1,
      aborted: 1,
      refused: 0,
      failed: 0,
      errors: { top: [{ error: '40P01', times: 1 }], more: 0 },
      overlapping: 2,
      overlappingInVain: 1,
    },
  ]);
});

test('how calls ended: failures by SQLSTATE, refusals as the model declares', async () => {
  const found = await seen([[[call('fails'), call('fails')], [call('refuses')], [sql('nonsense')]]]);
  expect(found.operations.map(({ operation, failed, refused, errors }) => [operation, failed, refused, errors.top])).toEqual([
    ['fails', 2, 0, [{ error: '22012', times: 2 }]],
    ['refuses', 0, 1, []],
    ['sql', 1, 0, [{ error: '42601', times: 1 }]],
  ]); // prettier-ignore
});

test('merging is as if one had collected all', async () => {
  const runs: readonly Run[] = [
    [[[call('add', 1)], [call('both', 1, 2)]], inOrder(0, 1, 0)],
    [[[call('both', 1, 2)], [call('both', 2, 1)]], inOrder(0, 1, 0, 1)],
    [[[call('fails')], [call('refuses')]]],
  ];
  const whole = await collected(...runs);
  const parts: InteractionTally[] = [];
  for (const run of runs) parts.push(await collected(run));
  const [first, ...rest] = parts;
  // As if each had come from another process.
  for (const part of rest) first?.merge(structuredClone(part.counts));
  expect(first?.interactions()).toEqual(whole.interactions());
  const ended = (tally: InteractionTally | undefined): unknown => [
    ...(['calls', 'aborted', 'refused'] as const).map((kind) => tally && callsThat(kind, tally.counts)),
    tally?.counts.statements,
  ];
  expect(ended(first)).toEqual(ended(whole));
});

test('no-conflicts is told only where conflicts are known, and nobody waited', async () => {
  const apart: Run = [[[call('add', 1)], [call('add', 2)]], inOrder(0, 1, 0)];
  const unknown = await collected(apart);
  expect(warningsOf(unknown.interactions())).toEqual([]);
  unknown.addConflicts([]);
  expect(warningsOf(unknown.interactions())).toEqual([
    {
      code: 'no-conflicts',
      message:
        'no two steps of different sessions conflicted, and none waited for another: their order made no difference',
    },
  ]);
  const conflicting = await collected(apart);
  const step = (session: number) => ({ session, operation: 'add', statement: 'update' });
  conflicting.addConflicts([{ first: step(0), second: step(1) }]);
  expect(warningsOf(conflicting.interactions())).toEqual([]);
  expect(conflicting.interactions().conflicts).toMatchObject({ pairs: 1, bothOrders: 0 });
  const waiting = await collected([[[call('add', 1)], [call('add', 1)]], inOrder(0, 1, 0)]);
  waiting.addConflicts([]);
  expect(warningsOf(waiting.interactions())).toEqual([]);
});
