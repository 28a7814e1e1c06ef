/** A statement that nobody waited for, in pairs with code that does. */
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { check, formatResult, replay, type CheckResult, type Session } from '../../src/index.ts';
import { Lab } from '../../src/lab/lab.ts';
import { Trial } from '../../src/lab/trial.ts';
import { defaultChoice } from '../../src/core/schedule.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { bank } from '../support/honest-bank.ts';

const engine = postgres();
const own = new pg.Pool({ connectionString: 'postgres://app@db.example.invalid:5432/app' });
afterAll(async () => {
  await own.end();
  await engine.close();
});

const one = { operation: 'deposit', args: [] };
type Code = (session: Session) => Promise<unknown>;

function run(code: Code): Promise<CheckResult> {
  return check(bank(code), {
    engine,
    sessions: 2,
    maxOperations: 2,
    numRuns: 1,
    examples: [{ rows: {}, sessions: [[one, one], [one]] }],
  });
}

const increment = 'update account set balance = balance + 1';

const commitForgotten: Code = async ({ client }) => {
  await client.query('begin');
  await client.query(increment);
  void client.query('commit');
};
const commitAwaited: Code = async ({ client }) => {
  await client.query('begin');
  await client.query(increment);
  await client.query('commit');
};

describe('is named', () => {
  test('a COMMIT: the counterexample is one call, and replays', async () => {
    const result = await run(commitForgotten);
    expect(result.verdict).toBe('violated');
    const { counterexample } = result;
    expect(counterexample?.violation).toEqual({
      kind: 'unawaited',
      where: { session: 0, operation: 0 },
      statements: ['commit'],
    });
    expect(counterexample?.scenario.sessions).toEqual([[one]]);
    expect(counterexample?.explanation?.anomaly).toMatchObject({ code: 'unawaited' });
    expect(formatResult(result)).toContain('deposit() ended without waiting for: commit');
    const again = await replay(bank(commitForgotten), counterexample?.replay ?? '', { engine });
    expect(again.counterexample?.violation.kind).toBe('unawaited');
  });

  test.each<[string, Code]>([
    ['by fire and forget', async ({ pool }) => {
      await pool.query(increment);
      pool.query('select 1').catch(() => {});
    }],
    ['because another of several failed', async ({ client, pool }) => {
      await Promise.all([client.query('select 1 / 0'), pool.query(increment), pool.query(increment)]).catch(() => {});
    }],
  ])('a statement %s', async (_, code) => {
    expect((await run(code)).counterexample?.violation.kind).toBe('unawaited');
  }); // prettier-ignore

  test.each<[string, (session: Session) => pg.Pool]>([
    ['the session’s pool', ({ pool }) => pool],
    ['a pool of the code’s own', () => own],
  ])(
    'one that goes through %s, in every run: it is sent a moment after the operation has ended',
    async (_, of) => {
      const model = bank(async (session) => {
        await of(session).query(increment);
        of(session)
          .query('select 1')
          .catch(() => {});
      });
      const lab = await Lab.open(model, { engine, isolation: 'read committed' });
      try {
        const trial = await Trial.on(lab, { rows: {}, sessions: [[one], [one]] });
        for (let run = 0; run < 40; run += 1) {
          const { unawaited, history } = await trial.run(defaultChoice);
          expect(unawaited.map(({ session }) => session)).toEqual([0, 1]);
          // Before the other session begins, whatever else the engine has to do meanwhile.
          expect(history.filter(({ kind }) => kind === 'began' || kind === 'released').map(({ session }) => session)).toEqual([0, 0, 0, 1, 1, 1]); // prettier-ignore
        }
      } finally {
        await lab.close();
      }
    },
  );

  test('a statement that a timer sends when it likes, with whatever it meets', async () => {
    const code: Code = async ({ client }) => {
      await client.query(increment);
      setTimeout(() => void client.query('select 1').catch(() => {}), 1);
    };
    const outcome = await run(code).then(
      ({ counterexample, inconclusive }) => counterexample?.violation.kind ?? inconclusive?.kind,
      (fault: unknown) => (fault as { code?: string }).code,
    );
    expect(['unawaited', 'nondeterminism', 'client-kept']).toContain(outcome);
  });
});

describe('is not seen where all is waited for', () => {
  test.each<[string, Code]>([
    ['a COMMIT', commitAwaited],
    ['several at once', ({ client, pool }) => Promise.all([client.query(increment), pool.query('select 1')])],
    ['a callback', ({ client }) => new Promise((resolve) => client.query(increment, () => resolve(undefined)))],
    ['a client given back before its result is used', async ({ pool }) => {
      const client = await pool.connect();
      const result = client.query(increment);
      return result.finally(() => client.release());
    }],
    ['a failure that a rollback waits behind', async ({ client }) => {
      await client.query('begin');
      try {
        await Promise.all([client.query('select 1 / 0'), client.query(increment)]);
      } catch {
        await client.query('rollback');
      }
    }],
    ['a pool ended without waiting', async ({ pool }) => {
      await pool.query(increment);
      void pool.end();
    }],
  ])('%s', async (_, code) => {
    const result = await run(code);
    expect([result.verdict, result.inconclusive]).toEqual(['holds', undefined]);
  }); // prettier-ignore
});
