/** A queue in a new database of a throw-away Postgres, with campaigns and workers of this process on it. */
import pg from 'pg';
import { afterEach, beforeAll, afterAll, beforeEach } from 'vitest';
import type { Executor } from '../../../../src/campaign/executor.ts';
import { Fleet } from '../../../../src/campaign/fleet/fleet.ts';
import { FleetWorker, type FleetWorkerOptions } from '../../../../src/campaign/fleet/fleet-worker.ts';
import { lockClass, type Db } from '../../../../src/campaign/fleet/held-jobs.ts';
import type { Job, ReplayJob } from '../../../../src/campaign/job.ts';
import { sharedServer, type SharedServer } from '../../../end-to-end/cli/lockstep.ts';

/** A model file that exists here. */
export const modelFile = 'test/end-to-end/cli/fixtures/bank.ts';

/** A job that is easy to recognise. */
export function job(line: string, file: string = modelFile): ReplayJob {
  return {
    kind: 'replay',
    model: { id: 'bank/faulty', file, absolute: '/elsewhere/bank.ts' },
    engine: { engine: 'postgres', server: 'postgres://only-there/' },
    options: { times: 1, limits: {} },
    line,
  };
}

export interface Queue {
  readonly url: string;
  /** What the members said. */
  readonly news: readonly string[];
  sql(text: string, values?: readonly unknown[]): Promise<readonly any[]>;
  /** The same connection, as pg-boss takes it. */
  readonly db: Db;
  /** Ends the connection of a member. */
  terminate(member: number): Promise<void>;
  submit(): Promise<Fleet>;
  worker(executors: readonly Executor[], more?: Partial<FleetWorkerOptions>): StartedWorker;
  /** Waits until the database answers with a row. */
  until(text: string): Promise<void>;
}

export interface StartedWorker {
  readonly worker: FleetWorker;
  /** Its error, if it ended in one. */
  readonly ended: Promise<unknown>;
}

/** An executor that has this function do its jobs. */
export function does(run: (job: Job, report: (schedules: number) => void) => unknown): Executor {
  return {
    run: async (each, onProgress) =>
      (await run(each, (schedules) => onProgress?.({ scenarios: 1, schedules, shrinking: false }))) as never,
    renew: () => Promise.resolve(),
  };
}

/** Only for tests of the calling file. */
export function queueOfTest(): Queue {
  let server: SharedServer;
  let client: pg.Client;
  let url = '';
  let number = 0;
  let closing: (() => Promise<unknown>)[] = [];
  const news: string[] = [];
  const onNews = (text: string): void => void news.push(text);
  beforeAll(async () => {
    server = await sharedServer();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    const admin = new pg.Client(server.url);
    await admin.connect();
    await admin.query(`create database queue_${(number += 1)}`);
    await admin.end();
    url = server.url.replace('/postgres?', `/queue_${number}?`);
    client = new pg.Client(url);
    await client.connect();
    news.length = 0;
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    await client.end();
  });
  const sql: Queue['sql'] = async (text, values) => (await client.query(text, values as unknown[])).rows;
  const onServer = async (text: string): Promise<void> => {
    const admin = new pg.Client(server.url);
    await admin.connect();
    await admin.query(text);
    await admin.end();
  };
  return {
    db: { executeSql: async (text, values) => client.query(text, values) },
    terminate: (member) =>
      onServer(
        `select pg_terminate_backend(pid) from pg_locks
         where locktype = 'advisory' and classid = ${lockClass} and objid = ${member} and granted`,
      ),
    get url() {
      return url;
    },
    news,
    sql,
    submit: async () => {
      const fleet = await Fleet.join({ url, onNews });
      closing.push(() => fleet.leave());
      return fleet;
    },
    worker: (executors, more = {}) => {
      const worker = new FleetWorker({
        url,
        executors,
        server: undefined,
        idleExitMs: undefined,
        onNews,
        ...more,
      });
      const ended = worker.run().then(
        () => undefined,
        (error: unknown) => error,
      );
      closing.push(async () => {
        worker.interrupt();
        await ended;
      });
      return { worker, ended };
    },
    until: async (text) => {
      while ((await sql(text)).length === 0) await new Promise(setImmediate);
    },
  };
}
