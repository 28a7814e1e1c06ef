/** Operations that return or throw what no careful code does: a verdict, or a plain message. */
import { afterAll, describe, expect, test } from 'vitest';
import { check, type Session } from '../../../src/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { bank } from '../../support/honest-bank.ts';
import { faultOf } from '../../support/fault-of.ts';

const engine = postgres();
afterAll(() => engine.close());

const one = { operation: 'deposit', args: [] };
const options = { engine, sessions: 2, maxOperations: 1, numRuns: 1, shrink: false };
const together = { ...options, examples: [{ rows: {}, sessions: [[one], [one]] }] };

type End = () => unknown;

/** Adds one, and ends oddly where another call came before. */
async function add({ client }: Session, end: End): Promise<unknown> {
  const { rows } = await client.query('update account set balance = balance + 1 returning balance');
  return rows[0].balance > 11 ? end() : rows;
}

/** The same with a lost update. */
async function lose({ client }: Session, end: End): Promise<unknown> {
  const { balance } = (await client.query('select balance from account')).rows[0];
  await client.query('update account set balance = $1', [balance + 1]);
  return balance > 10 ? end() : balance;
}

function cyclic(): unknown {
  const order: Record<string, unknown> = { id: 1 };
  order['customer'] = { orders: [order] };
  return order;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe.each<[string, End]>([
  ['a cyclic result', cyclic],
  ['a revoked proxy inside a result', () => ({ inner: revoked() })],
  [
    'a getter that throws',
    () =>
      Object.defineProperty({}, 'x', {
        enumerable: true,
        get: () => {
          throw 1;
        },
      }),
  ],
  ['a promise inside a result', () => ({ later: Promise.resolve(1) })],
  [
    'undefined thrown',
    () => {
      throw undefined;
    },
  ],
  [
    'a symbol thrown',
    () => {
      throw Symbol('no');
    },
  ],
  [
    'a frozen object thrown',
    () => {
      throw Object.freeze({ code: '40001x', message: 7 });
    },
  ],
  [
    'a revoked proxy thrown',
    () => {
      throw revoked();
    },
  ],
  [
    'an object without a prototype thrown',
    () => {
      throw Object.create(null);
    },
  ],
])('%s', (_, end) => {
  // prettier-ignore
  test('the lost update beside it is found, and without it all schedules pass', async () => {
    const faulty = await check(bank((session) => lose(session, end)), together);
    expect([faulty.verdict, faulty.inconclusive]).toEqual(['violated', undefined]);
    const mended = await check(bank((session) => add(session, end)), together);
    expect([mended.verdict, mended.coverage.exhaustive]).toEqual(['holds', 1]);
  });
});

test('a result that is too large is a fault that names the operation', async () => {
  const fault = await faultOf(() =>
    check(
      bank(async () => Array.from({ length: 2_000_000 })),
      together,
    ),
  );
  expect(fault).toMatchObject({ code: 'result-too-large', kind: 'usage' });
  expect(fault.message).toContain('deposit');
});
