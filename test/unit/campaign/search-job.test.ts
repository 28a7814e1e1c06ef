/** Jobs on an executor that does nothing: saved failures first, and code that never gives control back. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StallError, type Executor } from '../../../src/campaign/executor.ts';
import { saveFailure } from '../../../src/campaign/failures.ts';
import type { CheckJob, Job, ReplayAnswer } from '../../../src/campaign/job.ts';
import { rerun, type FailureNews } from '../../../src/campaign/rerun.ts';
import { runCertify, runCheck } from '../../../src/campaign/search-job.ts';
import { Fault } from '../../../src/core/fault.ts';
import { fromJson, toJson } from '../../../src/report/json.ts';
import { lostUpdate } from '../report/build.ts';

const job: CheckJob = {
  kind: 'check',
  model: { id: lostUpdate.setting.model, file: 'models/bank.ts', absolute: '/models/bank.ts' },
  engine: { engine: 'postgres', server: undefined },
  options: { isolation: lostUpdate.setting.isolation, order: lostUpdate.setting.order, seed: 7 },
};

/** Answers every job alike. */
function executor(answer: (job: Job) => unknown): Executor {
  return {
    run: async (each) => (await answer(each)) as never,
    renew: () => Promise.resolve(),
  };
}

const nothing: ReplayAnswer = { counterexample: undefined, inconclusive: undefined, witness: undefined };
const limit = {
  kind: 'limit',
  limit: 'maxSteps',
  detail: '',
  scenario: undefined,
  schedule: undefined,
} as const;

let reports: string;
let news: FailureNews[];
beforeEach(() => {
  reports = mkdtempSync(join(tmpdir(), 'lockstep-campaign-test-'));
  news = [];
  saveFailure(reports, { seed: 5, path: '0:1', counterexample: lostUpdate }, 'models/bank.ts');
});
afterEach(() => rmSync(reports, { recursive: true, force: true }));

const options = (): Parameters<typeof rerun>[2] => ({
  reports,
  stopped: () => false,
  onNews: (each) => news.push(each),
});
const saved = (): readonly string[] => readdirSync(join(reports, 'failures'));

test('a job is plain data', () => {
  expect(structuredClone(job)).toEqual(job);
  expect(JSON.parse(JSON.stringify(job.model))).toEqual(job.model);
});

test('a saved failure that still fails is the result, and nothing else is run', async () => {
  const asked: Job[] = [];
  const result = await rerun(
    executor((each) => {
      asked.push(each);
      return { ...nothing, counterexample: lostUpdate };
    }),
    job,
    options(),
  );
  expect(asked).toMatchObject([{ kind: 'replay', line: lostUpdate.replay, options: { times: 1 } }]);
  expect(result).toMatchObject({ verdict: 'violated', seed: 5, path: '0:1', inconclusive: undefined });
  expect(result?.remarks[0]).toContain('still failing');
  expect(news).toEqual([]);
  expect(saved()).toHaveLength(1);
});

test('one that no longer fails is removed, and one without a verdict is kept', async () => {
  expect(
    await rerun(
      executor(() => ({ ...nothing, inconclusive: limit })),
      job,
      options(),
    ),
  ).toBeUndefined();
  expect(saved()).toHaveLength(1);
  expect(
    await rerun(
      executor(() => nothing),
      job,
      options(),
    ),
  ).toBeUndefined();
  expect(news).toMatchObject([{ kind: 'no-verdict' }, { kind: 'passes', removed: true }]);
  expect(saved()).toHaveLength(0);
});

test('one that no longer fits the code is removed, and a fault of the engine is thrown', async () => {
  const gone = new Fault('gone', { code: 'server-lost', kind: 'engine' });
  await expect(
    rerun(
      executor(() => Promise.reject(gone)),
      job,
      options(),
    ),
  ).rejects.toBe(gone);
  expect(saved()).toHaveLength(1);
  const other = new Fault('does not fit', { code: 'schedule-does-not-fit', kind: 'usage', detail: 'step 3' });
  await rerun(
    executor(() => Promise.reject(other)),
    job,
    options(),
  );
  expect(news).toMatchObject([{ kind: 'outdated', why: 'step 3', removed: true }]);
  expect(saved()).toHaveLength(0);
});

test('failures of another model, file, engine, level or order are not run', async () => {
  const never = executor(() => Promise.reject(new Error('it was run')));
  const others: readonly CheckJob[] = [
    { ...job, model: { ...job.model, id: 'other' } },
    { ...job, model: { ...job.model, file: 'other.ts' } },
    { ...job, engine: { engine: 'pglite', server: undefined } },
    { ...job, options: { ...job.options, isolation: 'serializable' } },
    { ...job, options: { ...job.options, order: 'free' } },
  ];
  for (const other of others) expect(await rerun(never, other, options())).toBeUndefined();
  expect(await rerun(never, job, { ...options(), stopped: () => true })).toBeUndefined();
});

test('code that never gives control back is a result without a verdict, for a check and a certificate', async () => {
  const stalls = executor(() => Promise.reject(new StallError('s1 deposit(1)', 5_000)));
  const result = await runCheck(stalls, job);
  expect(result).toMatchObject({
    verdict: 'inconclusive',
    setting: { model: job.model.id, driver: 'postgres', engine: 'postgres', granularity: 'statement' },
    coverage: { scenarios: 0, schedules: 0 },
    seed: 7,
    inconclusive: { kind: 'limit', limit: 'stall' },
    durationMs: 5_000,
  });
  expect(fromJson(toJson([result], { version: '0', startedAt: '' })).results).toEqual([result]);
  const { isolation } = job.options;
  const certified = await runCertify(stalls, { ...job, kind: 'certify', options: { isolation } });
  expect(certified.certificate).toBeUndefined();
  expect(certified.result).toMatchObject({ verdict: 'inconclusive', seed: 0 });
});

test('any other error is thrown', async () => {
  await expect(
    runCheck(
      executor(() => Promise.reject(new Error('no'))),
      job,
    ),
  ).rejects.toThrow('no');
});
