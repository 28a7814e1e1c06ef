/** A session that spins yields to the others, so that a lock which is tried again and again ends in a verdict. */
import { afterAll, describe, expect, test } from 'vitest';
import { check } from '../../../src/check/check.ts';
import type { Session } from '../../../src/core/model.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { modelOf } from '../../support/models.ts';

const engine = postgres();
afterAll(() => engine.close());

const schema = 'create table counter (n int not null, taken bool not null default false)';
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A lock in a row: taken with an update that finds it free. */
async function lock({ client }: Session): Promise<void> {
  while ((await client.query('update counter set taken = true where not taken')).rowCount === 0)
    await sleep(1);
}
async function unlock({ client }: Session): Promise<void> {
  await client.query('update counter set taken = false');
}
async function increment({ client }: Session): Promise<void> {
  const { rows } = await client.query<{ n: number }>('select n from counter');
  await client.query('update counter set n = $1', [(rows[0]?.n ?? 0) + 1]);
}

const counting = (run: (session: Session) => Promise<void>) =>
  modelOf(schema, { increment: run }, { rows: { counter: [{ n: 0, taken: false }] } });

describe.each([2, 3])('%i sessions at a spin lock', (sessions) => {
  const options = { engine, seed: 4, sessions, maxOperations: 1, numRuns: 2, maxSchedules: 60 };

  test('hold, and not every schedule counts as run', async () => {
    const result = await check(
      counting(async (session) => {
        await lock(session);
        await increment(session);
        await unlock(session);
      }),
      options,
    );
    expect(result.inconclusive).toBeUndefined();
    expect(result.verdict).toBe('holds');
    expect(result.coverage.exhaustive).toBe(0);
  });

  test('are violated if the lock is given back too early, the same way every time', async () => {
    const early = counting(async (session) => {
      await lock(session);
      await unlock(session);
      await increment(session);
    });
    const [first, second] = [await check(early, options), await check(early, options)];
    expect(first.verdict).toBe('violated');
    expect(second.counterexample?.replay).toBe(first.counterexample?.replay);
  });
});

test('a lock that nobody gives back still ends, at the limit', async () => {
  const forgotten = counting(async (session) => {
    await lock(session);
    await increment(session);
  });
  const { inconclusive } = await check(forgotten, {
    engine, seed: 1, sessions: 2, maxOperations: 1, numRuns: 1, limits: { maxSteps: 60 },
  }); // prettier-ignore
  expect(inconclusive).toMatchObject({
    kind: 'limit',
    limit: 'maxSteps',
    detail: expect.stringMatching(
      /s\d got the same replies to the same statements again and again$/,
    ) as unknown,
  });
});
