/**
 * The queue of `lockstep fuzz --queue`, by the very functions that workers and campaigns call. Worker 1 held a job and seems
 * dead, since nobody has its lock: its job is given to others, and its answer may still come. Workers 2 and 3 are alive.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import PgBoss from 'pg-boss';
import { defineModel, operation, type Session } from 'pg-lockstep';
import {
  finishJob,
  inTransaction,
  requeueOfDead,
  schema,
  takeJob,
  type Boss,
  type Db,
  type Taken,
} from '../src/campaign/fleet/held-jobs.ts';
import { ownTables } from '../src/campaign/fleet/install.ts';
import { holdsEverywhere, violatedEverywhere } from './support/expected.ts';
import type { Variant } from './support/variant.ts';

const queue = 'campaign';
/** pg-boss keeps the jobs of a queue in a partition of their own. */
const partition = `j${createHash('sha224').update(queue).digest('hex')}`;
const jobs = {
  held: '00000000-0000-4000-8000-000000000001',
  waiting: '00000000-0000-4000-8000-000000000002',
};

/** The jobs that the session has taken and not finished. */
interface Memory {
  readonly taken: Taken[];
}

type Worker = Session<Memory>;

interface Client {
  readonly take: (db: Db, worker: number) => Promise<Taken | undefined>;
  readonly finish: (db: Db, taken: Taken) => Promise<boolean>;
}

function dbOf({ client }: Worker): Db {
  return { executeSql: (text, values) => client.query(text, values) };
}

/** It sends what it is given a connection for, and needs none of its own. */
const boss: Boss = new PgBoss({
  db: { executeSql: () => Promise.reject(new Error('no connection')) },
  schema,
});

const real: Client = {
  take: async (db, worker) => {
    const job = await takeJob(boss, db, { queue, worker });
    return job && { queue, job: job.id, worker };
  },
  finish: (db, taken) => finishJob(boss, db, taken, { by: taken.worker }),
};

/** What one would write without a second thought. */
const selectThenUpdate: Client = {
  take: (db, worker) =>
    inTransaction(db, async () => {
      const { rows } = await db.executeSql(
        `select id from ${schema}.job where name = $1 and state < 'active' order by id limit 1`,
        [queue],
      );
      if (rows.length === 0) return undefined;
      const job: string = rows[0].id;
      await db.executeSql(`update ${schema}.job set state = 'active' where id = $1`, [job]);
      return { queue, job, worker };
    }),
  finish: async (db, { job, worker }) => {
    const { rows } = await db.executeSql(
      `update ${schema}.job set state = 'completed', output = $2 where id = $1 returning id`,
      [job, { by: worker }],
    );
    return rows.length > 0;
  },
};

function fleetQueue({ take, finish }: Client, variant: Variant) {
  return defineModel<Memory>({
    name: 'fleet-queue',
    promise: 'each job is done, and counts once',
    schema: `${PgBoss.getConstructionPlans(schema)}; ${ownTables}
      select ${schema}.create_queue('${queue}', '{"policy": "standard"}');`,
    rows: {
      [`${schema}.member`]: [{ number: 1, kind: 'worker', name: 'seems dead', slots: 1 }],
      [`${schema}.${partition}`]: [
        { id: jobs.held, name: queue, state: 'active', started_on: '2026-01-01', policy: 'standard' },
        { id: jobs.waiting, name: queue, state: 'created', policy: 'standard' },
      ],
      [`${schema}.holder`]: [{ job: jobs.held, queue, worker: 1 }],
    },
    memory: () => ({ taken: [] }),
    // A worker that looks for the dead while another one does passes over them, and then takes what it sees: each look and
    // each take counts by itself, and no member waits to see what another one is at.
    check: { order: 'free' },
    operations: {
      take: operation({
        arguments: [fc.constantFrom(2, 3)],
        run: async (session: Worker, worker: number) => {
          const taken = await take(dbOf(session), worker);
          if (taken !== undefined) session.memory.taken.push(taken);
          return taken?.job === jobs.held ? 'the job that was held' : taken && 'the job that waited';
        },
        weight: 2,
      }),
      finish: operation({
        run: async (session: Worker) => {
          const taken = session.memory.taken.pop();
          return taken !== undefined && finish(dbOf(session), taken);
        },
        weight: 2,
      }),
      finish_late: operation({
        run: (session: Worker) => finish(dbOf(session), { queue, job: jobs.held, worker: 1 }),
      }),
      requeue: operation({ run: (session: Worker) => requeueOfDead(boss, dbOf(session), {}) }),
    },
    ...variant,
  });
}

export const selecting = fleetQueue(selectThenUpdate, {
  variant: 'select-then-update',
  kind: 'tempting',
  description: 'selects a job that waits, then marks it as taken',
  // On PGlite a transaction keeps the others out.
  expected: { ...violatedEverywhere, pglite: 'holds' },
});

export const held = fleetQueue(real, {
  variant: 'held-jobs',
  kind: 'mended',
  description: 'skips locked rows, and finishes a job only if it still holds it',
  expected: holdsEverywhere,
});
