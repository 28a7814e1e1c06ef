/** When no time is left, a statement without a reply is not waited for any longer: the limits here are far away. */
import { afterAll, expect, test, vi } from 'vitest';
import { check } from '../../../src/check/check.ts';
import { Experiment } from '../../../src/check/experiment.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { modelOf } from '../../support/models.ts';

vi.setConfig({ testTimeout: 60_000 });
const engine = postgres();
afterAll(() => engine.close());

/** @param begun called when the operation runs */
const sleeping = (begun: () => void) =>
  modelOf('create table t (x int)', {
    sleep: ({ client }) => {
      begun();
      return client.query('select pg_sleep(1000)');
    },
  });

test.each(['time budget', 'signal'])('a %s ends a check while a statement has no reply', async (which) => {
  const stop = new AbortController();
  const { verdict, inconclusive, remarks } = await check(
    sleeping(() => stop.abort()),
    {
      engine,
      seed: 1,
      limits: { stepTimeoutMs: 600_000 },
      ...(which === 'signal' ? { signal: stop.signal } : { timeBudgetMs: 1 }),
    },
  );
  expect(verdict).toBe('inconclusive');
  expect(inconclusive).toMatchObject({
    kind: 'limit',
    limit: 'stepTimeoutMs',
    detail: expect.stringContaining('Timeout PgSleep') as unknown,
  });
  expect(remarks).toEqual(which === 'signal' ? ['interrupted before the search was over'] : []);
});

test('an interrupted check does not go through the scenarios that are left, and keeps what it found', async () => {
  const stop = new AbortController();
  const runs = vi.spyOn(Experiment.prototype, 'run');
  const model = modelOf('create table t (x int)', { read: ({ client }) => client.query('select x from t') });
  const onProgress = (): void => stop.abort();
  const { verdict, coverage, path, remarks } = await check(model, {
    engine,
    seed: 1,
    numRuns: 20_000,
    signal: stop.signal,
    onProgress,
  });
  expect(runs.mock.calls.length).toBeLessThan(1_000);
  runs.mockRestore();
  expect([verdict, path]).toEqual(['holds', undefined]);
  expect(coverage.schedules).toBeGreaterThan(0);
  expect(remarks).toContain('interrupted before the search was over');
});
