/** Operations that may do one of several things when they run alone: any new job, any free seat. */
import type { Client } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { check, defineModel, operation, type AnyOf, type Model, type Scenario } from '../../src/index.ts';
import { postgres } from '../../src/driver/postgres/index.ts';

const engine = postgres();
afterAll(() => engine.close());

const jobs = (n: number) => ({ jobs: Array.from({ length: n }, (_, at) => ({ id: at + 1, state: 'new' })) });
const calls = (...sessions: string[][]): Scenario => ({
  rows: jobs(3),
  sessions: sessions.map((names) => names.map((name) => ({ operation: name, args: [] }))),
});

async function verdictOf(model: Model, ...scenarios: Scenario[]): Promise<string> {
  const result = await check(model, {
    engine,
    sessions: 2,
    numRuns: scenarios.length,
    examples: scenarios,
    shrink: false,
  });
  return result.inconclusive === undefined ? result.verdict : JSON.stringify(result.inconclusive);
}

async function take(client: Client, lock: string): Promise<number | null> {
  await client.query('begin');
  const { rows } = await client.query(`select id from jobs where state = 'new' order by id limit 1 ${lock}`);
  if (rows[0] !== undefined)
    await client.query(`update jobs set state = 'taken' where id = $1`, [rows[0].id]);
  await client.query('commit');
  return rows[0]?.id ?? null;
}

async function takeAny(client: Client, anyOf: AnyOf, mayMiss: boolean): Promise<number | null> {
  const { rows } = await client.query(`select id from jobs where state = 'new' order by id`);
  const job = anyOf<{ id: number } | undefined>(mayMiss ? [...rows, undefined] : rows);
  if (job !== undefined) await client.query(`update jobs set state = 'taken' where id = $1`, [job.id]);
  return job?.id ?? null;
}

interface Queue {
  readonly lock: string;
  /** Default: the code itself, run alone. */
  readonly serial?: 'any' | 'any or none';
  readonly generated?: boolean;
}

function queue({ lock, serial }: Queue): Model {
  return defineModel({
    name: 'queue',
    schema: `create table jobs (id serial primary key, state text not null default 'new')`,
    rows: jobs(3),
    operations: {
      claim: operation({
        run: ({ client }) => take(client, lock),
        ...(serial && { serial: ({ client }, anyOf) => takeAny(client, anyOf, serial === 'any or none') }),
      }),
      waiting: operation({
        run: async ({ client }) =>
          (await client.query(`select id from jobs where state = 'new' order by id`)).rows,
      }),
      add: operation({
        run: async ({ client }) => (await client.query('insert into jobs default values returning id')).rows,
      }),
    },
  });
}

const seesWhatItSkipped = calls(['claim'], ['claim', 'waiting']);

describe('a queue that skips what is locked', () => {
  test('takes another job than it would alone, and then sees that the first is still new', async () => {
    expect(await verdictOf(queue({ lock: 'for update skip locked' }), seesWhatItSkipped)).toBe('violated');
    expect(await verdictOf(queue({ lock: 'for update skip locked', serial: 'any' }), seesWhatItSkipped)).toBe(
      'holds',
    );
  });

  test('may find nothing while everything is locked, if the model says so', async () => {
    const one = { ...calls(['claim'], ['claim', 'waiting']), rows: jobs(1) };
    expect(await verdictOf(queue({ lock: 'for update skip locked', serial: 'any' }), one)).toBe('violated');
    expect(await verdictOf(queue({ lock: 'for update skip locked', serial: 'any or none' }), one)).toBe(
      'holds',
    );
  });

  test('takes jobs that were made meanwhile, under any id', async () => {
    const made = calls(['add', 'claim'], ['add', 'claim', 'waiting']);
    const none = { ...made, rows: jobs(0) };
    expect(await verdictOf(queue({ lock: 'for update skip locked', serial: 'any' }), none, made)).toBe(
      'holds',
    );
  });
});

test('a queue without locks gives one job to two, and any job is not any number of times', async () => {
  expect(await verdictOf(queue({ lock: '', serial: 'any' }), calls(['claim'], ['claim']))).toBe('violated');
  expect(await verdictOf(queue({ lock: '', serial: 'any or none' }), seesWhatItSkipped)).toBe('violated');
});

test('code that does what its serial form does not allow is wrong without any overlap', async () => {
  const model = queue({ lock: 'for update', serial: 'any' });
  const faulty = defineModel({
    ...model,
    operations: {
      ...model.operations,
      claim: operation({ run: async () => 7, serial: ({ client }, anyOf) => takeAny(client, anyOf, false) }),
    },
  });
  expect(await verdictOf(faulty, calls(['claim']))).toBe('violated');
});
