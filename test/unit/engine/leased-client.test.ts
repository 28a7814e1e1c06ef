/** A client that is kept beyond its execution: refused and reported, never let into somebody else's. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check, type Session } from '../../../src/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { Bench, call } from '../../support/bench.ts';
import { faultOf } from '../../support/fault-of.ts';
import { bank } from '../../support/honest-bank.ts';

const engine = postgres();
afterAll(() => engine.close());

const increment = 'update account set balance = balance + 1';
const two = { engine, sessions: 2, maxOperations: 1, numRuns: 1, shrink: false } as const;

describe('kept from one execution to the next', () => {
  test('a client in a module variable is a fault that names the operation and what it sends', async () => {
    let cached: pg.Client | undefined;
    const fault = await faultOf(() =>
      check(
        bank(({ client }) => (cached ??= client).query(increment)),
        two,
      ),
    );
    expect(fault).toMatchObject({
      code: 'client-kept',
      kind: 'usage',
      detail: `it was to send: ${increment}`,
    });
    expect(fault.message).toContain('deposit');
  });

  test('a pool in a module variable, too; taken from the session each time it is fine', async () => {
    let cached: pg.Pool | undefined;
    const fault = await faultOf(() =>
      check(
        bank(({ pool }) => (cached ??= pool).query(increment)),
        two,
      ),
    );
    expect(fault.code).toBe('client-kept');
    expect(
      (
        await check(
          bank(({ pool }) => pool.query(increment)),
          two,
        )
      ).verdict,
    ).toBe('holds');
  });

  test('ended later, by a pool’s evictor say, it does no harm', async () => {
    const kept: pg.Client[] = [];
    const evict = async ({ client }: Session): Promise<void> => {
      for (const other of kept.splice(0)) await other.end();
      await client.query(increment);
      kept.push(client);
    };
    const result = await check(bank(evict), { ...two, sessions: 1 });
    expect([result.verdict, result.inconclusive]).toEqual(['holds', undefined]);
  });
});

describe('while its execution runs', () => {
  let bench: Bench;
  const seen: unknown[] = [];
  const look = async ({ client, pool }: Session): Promise<void> => {
    const pooled = await pool.connect();
    seen.push(
      client instanceof pg.Client,
      pooled instanceof pg.Client,
      client.on('drain', () => {}) === client,
    );
    await new Promise((resolve, reject) => {
      client.connect((error?: Error | null) => (error ? reject(error) : resolve(undefined)));
    });
    Object.assign(client, { query: () => 'traced' });
    seen.push(client.query('select 1'), 'query' in client, client.escapeLiteral("o'k"));
    pooled.release();
  };
  beforeAll(async () => {
    bench = await Bench.open(engine, { operations: { look } });
  });
  afterAll(() => bench.close());

  test('it is like a client of pg in everything, and properties that code adds go with the execution', async () => {
    for (let time = 0; time < 2; time += 1) {
      const { end } = await bench.run([[call('look')]]);
      expect([end.kind, seen.splice(0)]).toEqual(['completed', [true, true, true, 'traced', true, "'o''k'"]]);
    }
  });
});
