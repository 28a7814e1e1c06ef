/**
 * Ordinary code of three libraries on `session.pool`, unmodified: the lost update is found and replays, its mend is
 * exhausted, and an abort is an abort also where the library wraps it.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { check, defineModel, operation, replay, type Model } from '../../../src/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { twentyRuns } from '../../support/twenty-runs.ts';
import { drizzle } from './drizzle.ts';
import { kysely } from './kysely.ts';
import type { Library } from './library.ts';
import { prisma } from './prisma.ts';

const engine = postgres();
afterAll(() => engine.close());

const alice = { accounts: [{ name: 'alice', balance: 10 }] };
const deposit = (amount: number): { operation: string; args: number[] } => ({
  operation: 'deposit',
  args: [amount],
});

function model(library: Library, form: 'lostUpdate' | 'locked', more: Partial<Model> = {}): Model {
  return defineModel({
    name: library.name,
    variant: form,
    schema: 'create table accounts (name text primary key, balance int not null)',
    rows: alice,
    operations: { deposit: operation<[number]>({ run: ({ pool }, amount) => library[form](pool, amount) }) },
    ...more,
  });
}

describe.each([kysely, drizzle, prisma])('$name', (library) => {
  const once = { engine, sessions: 2, maxOperations: 2, numRuns: 1, shrink: false } as const;
  const two = { rows: alice, sessions: [[deposit(5)], [deposit(7)]] };
  const three = { rows: alice, sessions: [[deposit(5), deposit(1)], [deposit(7)]] };

  test('a lost update is found, and replays 20 times of 20', async () => {
    const found = await check(model(library, 'lostUpdate'), { ...once, examples: [two] });
    expect([found.verdict, found.inconclusive]).toEqual(['violated', undefined]);
    const { counterexample } = found;
    expect(counterexample?.violation.kind).toBe('not-serializable');
    const again = await replay(model(library, 'lostUpdate'), counterexample?.replay ?? '', {
      engine,
      times: twentyRuns,
    });
    expect(again.exploration.inconclusive).toBe(undefined);
    expect(again.counterexample?.history).toEqual(counterexample?.history);
  });

  test('with the row locked, all schedules pass, the session’s second call on a new pool among them', async () => {
    const held = await check(model(library, 'locked'), { ...once, examples: [three] });
    expect([held.verdict, held.inconclusive, held.coverage.exhaustive]).toEqual(['holds', undefined, 1]);
    expect(held.coverage.schedules).toBeGreaterThan(1);
  });

  test('at repeatable read a wrapped abort is an abort: the same code passes', async () => {
    const options = { ...once, isolation: 'repeatable read', examples: [two] } as const;
    const held = await check(model(library, 'lostUpdate'), options);
    expect([held.verdict, held.inconclusive]).toEqual(['holds', undefined]);
    expect(held.coverage.aborted).toBeGreaterThan(0);
    const strict = await check(model(library, 'lostUpdate', { allowAborts: false }), options);
    expect(strict.counterexample?.violation).toMatchObject({ kind: 'abort', sqlstate: '40001' });
  });
});
