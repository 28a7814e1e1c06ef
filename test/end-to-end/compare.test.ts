/** An operation's `compare` says what of a returned value counts. */
import { afterAll, describe, expect, test } from 'vitest';
import { check } from '../../src/check/check.ts';
import { replay } from '../../src/check/replay.ts';
import { defineModel, operation } from '../../src/core/define-model.ts';
import type { AnyOf, Model, Operation, Session } from '../../src/core/model.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { formatFault } from '../../src/core/fault.ts';
import { formatResult } from '../../src/report/verdict-line.ts';
import { faultOf } from '../support/fault-of.ts';

const engine = postgres();
afterAll(() => engine.close());

const small = { engine, seed: 1, sessions: 2, maxOperations: 1, numRuns: 2 };

interface Ticket {
  readonly status: number;
  readonly load: number;
}

let calls = 0;

/**
 * Takes a seat. The load differs from run to run and is no name of anything: the same load in one run is two different ones
 * in the next.
 */
const taking =
  (lock: string) =>
  async ({ client }: Session): Promise<Ticket> => {
    calls += 1;
    const load = Math.floor(calls / 3);
    await client.query('begin');
    const { rows } = await client.query(`select left_over from seats ${lock}`);
    const left = Number(rows[0].left_over);
    if (left > 0) await client.query('update seats set left_over = $1', [left - 1]);
    await client.query('commit');
    return { status: left > 0 ? 200 : 410, load };
  };
const mended = taking('for update');
const faulty = taking('');

function seats(
  run: (session: Session) => Promise<unknown>,
  more: Omit<Partial<Operation>, 'arguments'> = {},
): Model {
  return defineModel({
    name: 'seats',
    schema: 'create table seats (left_over int not null); insert into seats values (1)',
    operations: { take: operation({ run, ...more }) },
  });
}
const status = ({ status: code }: Ticket): number => code;

describe('a part of a result that differs from run to run', () => {
  test('without a lens there is no verdict', async () => {
    const { verdict, inconclusive } = await check(seats(mended), small);
    expect([verdict, inconclusive?.kind]).toEqual(['inconclusive', 'nondeterminism']);
  });

  test('with one the mended code holds', async () => {
    expect((await check(seats(mended, { compare: status }), small)).verdict).toBe('holds');
  });

  test('with one the faulty code is violated, shows the compared value and is replayed', async () => {
    const model = seats(faulty, { compare: status });
    const result = await check(model, small);
    const { counterexample } = result;
    const { violation } = counterexample ?? {};
    expect(violation?.kind).toBe('not-serializable');
    if (violation?.kind !== 'not-serializable') return;
    const sold = { kind: 'returned', value: 200 };
    expect(violation.observed.answers).toEqual([[sold], [sold]]);
    expect(formatResult(result)).not.toContain('load');
    const again = await replay(model, counterexample?.replay ?? '', { engine, times: 3 });
    expect(again.counterexample?.violation).toEqual(violation);
  });

  test('the faulty code without a lens is no pass', async () => {
    expect((await check(seats(faulty), small)).verdict).not.toBe('holds');
  });
});

test('the value of a serial form is seen through it, too', async () => {
  const serial = async (session: Session, anyOf: AnyOf): Promise<Ticket> => {
    const ticket = await mended(session);
    return { ...ticket, load: anyOf([0, 0]) ?? 0 };
  };
  expect((await check(seats(mended, { serial, compare: status }), small)).verdict).toBe('holds');
});

test('refusals, invariants and specifications get the compared value', async () => {
  const values = new Set<unknown>();
  const see = (value: unknown): void => void values.add(value);
  const model: Model = {
    ...seats(mended, { compare: status }),
    refusal: (answer) => {
      if (answer.kind === 'returned') see(answer.value);
      return false;
    },
    invariants: {
      seen: ({ sessions }) => {
        for (const { answer } of sessions.flat()) if (answer.kind === 'returned') see(answer.value);
        return undefined;
      },
    },
    specification: {
      init: () => 1,
      apply: (left: number) => ({ state: Math.max(0, left - 1), value: left > 0 ? 200 : 410 }),
    },
  };
  expect((await check(model, small)).verdict).toBe('holds');
  expect(values).toEqual(new Set([200, 410]));
});

test('an error is compared as it is', async () => {
  const failing = async (session: Session): Promise<unknown> => {
    const { status: code } = await mended(session);
    if (code !== 200) throw Object.assign(new Error('sold out'), { code: 'GONE' });
    return code;
  };
  const compare = (): never => {
    throw new Error('never called');
  };
  const fault = await faultOf(() => check(seats(failing, { compare }), small));
  // Called for the first seat, which is returned.
  expect(fault.message).toBe('`compare` of operation "take" of seats throws Error');
  const lens = (value: unknown): unknown => value;
  expect((await check(seats(failing, { compare: lens }), small)).verdict).toBe('holds');
});

test.each<[string, (result: any) => unknown, RegExp]>([
  [
    'throws',
    ({ row }) => row.status,
    /^error: `compare` of operation "take" of seats throws TypeError\nDETAIL: .*it was given an object/,
  ],
  ['is async', async () => 1, /it returned a promise: it must not be async/],
])('a lens that %s is a fault of the model', async (_, compare, words) => {
  const fault = await faultOf(() => check(seats(mended, { compare }), small));
  expect(fault).toMatchObject({ code: 'callback-fails', kind: 'usage' });
  expect(formatFault(fault)).toMatch(words);
});
