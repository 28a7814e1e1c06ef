/** Jobs on a queue in a real Postgres: each has one outcome, whatever becomes of the workers. */
import PgBoss from 'pg-boss';
import { expect, test } from 'vitest';
import { StallError, type Executor } from '../../../../src/campaign/executor.ts';
import { lockClass, requeueOfDead, schema } from '../../../../src/campaign/fleet/held-jobs.ts';
import type { Job, ReplayJob } from '../../../../src/campaign/job.ts';
import { WorkerCrash } from '../../../../src/campaign/worker/worker-crash.ts';
import { Fault } from '../../../../src/core/fault.ts';
import { does, job, modelFile, queueOfTest } from './support.ts';

const queue = queueOfTest();

const lineOf = (each: Job): string => (each as ReplayJob).line;
const echo = does((each) => ({ line: lineOf(each) }));

/** Does the jobs on this many executors; what came of each. */
function doAll(executors: readonly Executor[], lines: readonly string[]): Promise<readonly unknown[]> {
  return Promise.all(
    lines.map((line, index) => (executors[index % executors.length] as Executor).run(job(line))),
  );
}

test('every job is answered, and nothing of the campaign stays on the queue', async () => {
  const fleet = await queue.submit();
  await fleet.announce([modelFile]);
  let renewals = 0;
  const counting: Executor = { ...echo, renew: () => Promise.resolve(void (renewals += 1)) };
  const one = queue.worker([counting]);
  const two = queue.worker([counting, counting]);
  const lines = Array.from({ length: 300 }, (_, index) => `v1:${index}`);
  expect(await doAll(fleet.executors(3, 300), lines)).toEqual(lines.map((line) => ({ line })));
  await fleet.leave();
  while (one.worker.done + two.worker.done < 300) await new Promise(setImmediate);
  expect(one.worker.done + two.worker.done).toBe(300);
  // A job that is done is not taken for one that was withdrawn.
  expect(renewals).toBe(0);
  expect(await queue.sql('select from lockstep_queue.job')).toEqual([]);
  expect(await queue.sql('select from lockstep_queue.holder')).toEqual([]);
  expect(await queue.sql(`select from lockstep_queue.member where kind = 'campaign'`)).toEqual([]);
});

test('a job is plain data, with its values; files and servers are those of the worker', async () => {
  const fleet = await queue.submit();
  await fleet.announce([modelFile]);
  const values = {
    at: new Date(0),
    big: 2n ** 70n,
    bytes: Buffer.from([0, 255]),
    text: 'a\u0000b\ud800',
    none: undefined,
  };
  const seen: Job[] = [];
  queue.worker(
    [
      does((each) => {
        seen.push(each);
        return values;
      }),
    ],
    { server: 'postgres://here/' },
  );
  const [executor] = fleet.executors(1, 1);
  expect(await executor?.run(job('v1:x'))).toEqual(values);
  expect(seen).toMatchObject([
    {
      model: { file: modelFile, absolute: `${process.cwd()}/${modelFile}` },
      engine: { engine: 'postgres', server: 'postgres://here/' },
    },
  ]);
});

test('faults, stalls and crashes arrive as what they were', async () => {
  const fleet = await queue.submit();
  await fleet.announce([modelFile]);
  const errors = {
    fault: new Fault('no such model', { code: 'no-such-model', kind: 'usage', detail: 'a', hint: 'b' }),
    stall: new StallError('s1 deposit(1)', 5_000),
    crash: new Error('oops'),
  };
  queue.worker([does((each) => Promise.reject(errors[lineOf(each) as keyof typeof errors]))]);
  const [executor] = fleet.executors(1, 1);
  const errorOf = (line: string): Promise<unknown> =>
    (executor as Executor).run(job(line)).catch((error: unknown) => error);
  const fault = await errorOf('fault');
  expect(fault).toBeInstanceOf(Fault);
  expect(fault).toMatchObject({
    message: 'no such model',
    code: 'no-such-model',
    kind: 'usage',
    detail: 'a',
    hint: 'b',
  });
  const stall = await errorOf('stall');
  expect(stall).toBeInstanceOf(StallError);
  expect(stall).toMatchObject({ last: 's1 deposit(1)', stallMs: 5_000 });
  const crash = await errorOf('crash');
  expect(crash).toBeInstanceOf(WorkerCrash);
  expect(crash).toMatchObject({ message: expect.stringContaining('oops') });
});

test('progress arrives', async () => {
  const fleet = await queue.submit();
  await fleet.announce([modelFile]);
  let done = (): void => {};
  const seen = new Promise<void>((resolve) => (done = resolve));
  queue.worker([
    does(async (_, report) => {
      report(7);
      await seen;
      return {};
    }),
  ]);
  const progress: unknown[] = [];
  await fleet.executors(1, 1)[0]?.run(job('v1:x'), (each) => {
    progress.push(each);
    done();
  });
  expect(progress).toEqual([{ scenarios: 1, schedules: 7, shrinking: false }]);
});

test('a worker that is found dead loses its job to another one, and its late answer is dropped', async () => {
  const fleet = await queue.submit();
  await fleet.announce([modelFile]);
  let answerLate = (): void => {};
  let began = (): void => {};
  const begun = new Promise<void>((resolve) => (began = resolve));
  const first = queue.worker([
    does(async () => {
      began();
      await new Promise<void>((resolve) => (answerLate = resolve));
      return { by: 'first' };
    }),
  ]);
  const answer = fleet.executors(1, 1)[0]?.run(job('v1:x'));
  await begun;
  const [{ worker }] = await queue.sql('select worker from lockstep_queue.holder');
  // We wait for its lock, and have it before the worker is back.
  const lock = queue.sql('select pg_advisory_lock($1, $2)', [lockClass, worker]);
  await queue.terminate(worker);
  await lock;
  const boss = new PgBoss({ db: queue.db, schema });
  expect(await requeueOfDead(boss, queue.db, {})).toHaveLength(1);
  const second = queue.worker([does(() => ({ by: 'second' }))]);
  expect(await answer).toEqual({ by: 'second' });
  await queue.sql('select pg_advisory_unlock($1, $2)', [lockClass, worker]);
  await queue.until(`select from lockstep_queue.member where kind = 'worker' having count(*) = 2`);
  answerLate();
  while (second.worker.done === 0) await new Promise(setImmediate);
  expect([first.worker.done, second.worker.done]).toEqual([0, 1]);
});

test('a worker that lost its connection goes on with its job', async () => {
  const fleet = await queue.submit();
  await fleet.announce([modelFile]);
  let go = (): void => {};
  const gone = new Promise<void>((resolve) => (go = resolve));
  let began = (): void => {};
  const begun = new Promise<void>((resolve) => (began = resolve));
  const { worker } = queue.worker([
    does(async () => {
      began();
      await gone;
      return { by: 'the same' };
    }),
  ]);
  const answer = fleet.executors(1, 1)[0]?.run(job('v1:x'));
  await begun;
  const [{ number }] = await queue.sql(`select number from lockstep_queue.member where kind = 'worker'`);
  // Nobody may look for dead workers meanwhile.
  await queue.sql('begin; lock table lockstep_queue.member in share mode');
  await queue.terminate(number);
  while (!queue.news.some((text) => text.startsWith('the connection to the queue was lost')))
    await new Promise(setImmediate);
  await queue.until(`select from pg_locks where locktype = 'advisory' and objid = ${number} and granted`);
  await queue.sql('commit');
  go();
  expect(await answer).toEqual({ by: 'the same' });
  while (worker.done === 0) await new Promise(setImmediate);
  expect(worker.done).toBe(1);
});

test('a campaign that lost its connection, and was removed, goes on as another one', async () => {
  const fleet = await queue.submit();
  await fleet.announce([modelFile]);
  const [first, second] = fleet.executors(2, 2) as [Executor, Executor];
  const answers = Promise.all([first.run(job('v1:a')), second.run(job('v1:b'))]);
  await queue.until('select from lockstep_queue.job having count(*) = 2');
  const [{ number }] = await queue.sql(`select number from lockstep_queue.member where kind = 'campaign'`);
  const lock = queue.sql('select pg_advisory_lock($1, $2)', [lockClass, number]);
  await queue.terminate(number);
  await lock;
  await queue.sql('delete from lockstep_queue.member where number = $1', [number]);
  await queue.sql('select pg_advisory_unlock($1, $2)', [lockClass, number]);
  const { worker } = queue.worker([echo]);
  expect(await answers).toEqual([{ line: 'v1:a' }, { line: 'v1:b' }]);
  while (worker.done < 2) await new Promise(setImmediate);
  expect(worker.done).toBe(2);
});

test('the job of a dead worker is done by another one', async () => {
  const fleet = await queue.submit();
  await fleet.announce([modelFile]);
  const answer = fleet.executors(1, 1)[0]?.run(job('v1:x'));
  await queue.until('select from lockstep_queue.job');
  // A member without a lock, as a killed process leaves it, holds the job.
  await queue.sql(`insert into lockstep_queue.member (kind, name, slots) values ('worker', 'killed', 1)`);
  await queue.sql(
    `insert into lockstep_queue.holder (job, queue, worker)
     select id, job.name, number from lockstep_queue.job, lockstep_queue.member where kind = 'worker'`,
  );
  await queue.sql(`update lockstep_queue.job set state = 'active', started_on = now()`);
  queue.worker([echo]);
  expect(await answer).toEqual({ line: 'v1:x' });
  expect(await queue.sql(`select from lockstep_queue.member where name = 'killed'`)).toEqual([]);
});

test('two campaigns on one queue do not mix', async () => {
  const [a, b] = [await queue.submit(), await queue.submit()];
  await a.announce([modelFile]);
  await b.announce([modelFile]);
  queue.worker([echo, echo]);
  const lines = (name: string): readonly string[] =>
    Array.from({ length: 10 }, (_, index) => `${name}${index}`);
  const [of, other] = await Promise.all([
    doAll(a.executors(2, 10), lines('a')),
    doAll(b.executors(2, 10), lines('b')),
  ]);
  expect(of).toEqual(lines('a').map((line) => ({ line })));
  expect(other).toEqual(lines('b').map((line) => ({ line })));
});

test('who leaves withdraws its jobs, and the worker gives them up', async () => {
  const fleet = await queue.submit();
  await fleet.announce([modelFile]);
  let end = (): void => {};
  const ended = new Promise<never>((_, reject) => (end = () => reject(new Error('the process was ended'))));
  const { worker } = queue.worker([{ run: () => ended, renew: () => Promise.resolve(end()) }]);
  const [first, second] = fleet.executors(2, 2);
  const answers = Promise.allSettled([first, second].map((each) => (each as Executor).run(job('v1:x'))));
  await queue.until('select from lockstep_queue.holder');
  await fleet.leave();
  await expect(ended).rejects.toThrow();
  expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(worker.done).toBe(0);
});

test('a worker with other code says so, and takes no job of the campaign', async () => {
  const fleet = await queue.submit();
  await fleet.announce([modelFile]);
  await queue.sql(
    `update lockstep_queue.member set code = jsonb_set(code, '{version}', '"0.0.1"') where kind = 'campaign'`,
  );
  queue.worker([echo]);
  await queue.until('select from lockstep_queue.takes where refusal is not null');
  while (!queue.news.some((text) => text.includes('this worker does not'))) await new Promise(setImmediate);
  const words = /runs pg-lockstep 0\.0\.1, and this is \d/;
  expect(queue.news).toContainEqual(expect.stringMatching(words));
  await queue.until('select from lockstep_queue.takes');
  while (!queue.news.some((text) => text.startsWith('a worker does not take')))
    await new Promise(setImmediate);
  expect(queue.news).toContainEqual(expect.stringMatching(/^a worker does not take jobs .* and this is \d/));
});
