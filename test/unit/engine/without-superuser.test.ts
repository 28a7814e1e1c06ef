/**
 * On a given server we are often no superuser: triggers and foreign keys cannot be switched off for the reset, and
 * backends do not announce that they wait. The verdicts are the same.
 */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockedRead, readThenWrite } from '../../../models/bank-account.ts';
import { check } from '../../../src/check/check.ts';
import type { Driver } from '../../../src/driver/contract.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { defineModel, operation, type Session } from '../../../src/index.ts';

const server = postgres({ startTimeoutMs: 30_001 });
let owner: pg.Client;
let engine: Driver;
beforeAll(async () => {
  const config = (await server.open()).clientConfig({ kind: 'admin' });
  owner = new pg.Client(config);
  await owner.connect();
  await owner.query('create role app login createdb');
  const query = new URLSearchParams({ host: String(config.host), port: String(config.port ?? 5432) });
  engine = postgres({ server: `postgres://app@/postgres?${query.toString()}` });
});
afterAll(async () => {
  await engine.close();
  await owner.end();
  await server.close();
});

const touch = (id: number) => `update parents set n = n + 1 where id = ${id}`;
const inOrder =
  (...ids: readonly number[]) =>
  async ({ client }: Session): Promise<void> => {
    await client.query('begin');
    try {
      for (const id of ids) await client.query(touch(id));
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    }
  };

/** Rows of a child go with their parent's, and a trigger would count what the reset writes. */
const family = defineModel({
  name: 'family',
  schema: `
    create table parents (id int primary key, n int not null);
    create table children (id serial primary key, parent int references parents on delete cascade);
    create table log (n int);
    create function note() returns trigger language plpgsql as
      $$ begin insert into log values (1); return new; end $$;
    create trigger noted after insert on parents for each row execute function note()`,
  rows: {
    parents: [
      { id: 1, n: 0 },
      { id: 2, n: 0 },
    ],
    children: [{ id: 7, parent: 1 }],
    log: [],
  },
  operations: {
    forth: operation({ run: inOrder(1, 2) }),
    back: operation({ run: inOrder(2, 1) }),
    drop: operation({
      run: async ({ client }) => void (await client.query('delete from parents where id = 1')),
    }),
  },
});

test('a lost update is found, its mended twin holds with three sessions', async () => {
  expect((await check(readThenWrite, { engine, seed: 3 })).verdict).toBe('violated');
  const mended = await check(lockedRead, { engine, seed: 3, numRuns: 4, sessions: 3, maxOperations: 1 });
  expect([mended.verdict, mended.coverage.exhaustive]).toEqual(['holds', mended.coverage.scenarios]);
});

test('cascades, triggers and deadlocks: the reset puts everything back', async () => {
  const sessions = [[{ operation: 'forth', args: [] }], [{ operation: 'back', args: [] }]];
  const others = [[{ operation: 'drop', args: [] }], [{ operation: 'forth', args: [] }]];
  const rows = family.rows as { parents: []; children: []; log: [] };
  const examples = [
    { rows, sessions },
    { rows, sessions: others },
  ];
  const result = await check(family, { engine, seed: 3, numRuns: 2, examples });
  expect([result.verdict, result.inconclusive, result.coverage.exhaustive]).toEqual(['holds', undefined, 2]);
  expect(result.coverage.aborted).toBeGreaterThan(0);
  expect(result.remarks.join()).toContain('deadlock_timeout');
});

test('a table that an operation makes is dropped, and the schema is made again if it altered one', async () => {
  const migrate = async ({ client }: Session): Promise<void> => {
    await client.query('create table if not exists made (n int)');
    await client.query('alter table account add column if not exists note text');
  };
  const model = defineModel({
    name: 'migrator',
    schema: 'create table account (n int)',
    operations: { migrate: operation({ run: migrate }) },
  });
  const call = { operation: 'migrate', args: [] };
  const options = { engine, sessions: 2, maxOperations: 1, numRuns: 1, maxSchedules: 50 };
  const result = await check(model, { ...options, examples: [{ rows: {}, sessions: [[call], [call]] }] });
  expect([result.verdict, result.inconclusive]).toEqual(['holds', undefined]);
});
