/**
 * The jobs that workers hold. pg-boss hands a job out; who holds it is written beside it in the same transaction, and only
 * the holder can finish it. So a job that is given to another worker, since the first one seems dead, is still counted once:
 * the row of the holder decides, and whoever finds it gone drops its answer.
 *
 * A member of the queue holds an advisory lock of Postgres for as long as its connection lives. A member whose lock can be
 * had is gone, and stays gone while the one who looks has the lock: to come back, it needs the lock itself.
 *
 * `models/fleet-queue.ts` runs these functions in every order.
 */
import type PgBoss from 'pg-boss';

/** A connection, in the form that pg-boss takes. */
export interface Db {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: any[] }>;
}

export type Boss = Pick<PgBoss, 'fetch' | 'complete' | 'fail'>;

/** The schema of the queue. */
export const schema = 'lockstep_queue';

/** The first key of the members' locks; the second is the number of the member. It spells "lock". */
export const lockClass = 0x6c6f636b;

export interface HeldJob<Data> {
  readonly id: string;
  readonly data: Data;
}

export interface Taken {
  readonly queue: string;
  readonly job: string;
  /** The number of the member that holds it. */
  readonly worker: number;
}

/** The next job of a queue, held by this worker from now on; undefined if none waits. */
export async function takeJob<Data>(
  boss: Boss,
  db: Db,
  { queue, worker }: Omit<Taken, 'job'>,
): Promise<HeldJob<Data> | undefined> {
  return inTransaction(db, async () => {
    const [job] = await fetchJob<Data>(boss, db, queue);
    if (job === undefined) return undefined;
    await db.executeSql(`insert into ${schema}.holder (job, queue, worker) values ($1, $2, $3)`, [
      job.id,
      queue,
      worker,
    ]);
    return job;
  });
}

/** pg-boss takes every error for "no job": a lost connection would look like an empty queue. */
async function fetchJob<Data>(boss: Boss, db: Db, queue: string): Promise<readonly HeldJob<Data>[]> {
  let failure: unknown;
  const watched: Db = {
    executeSql: async (text, values) => {
      try {
        return await db.executeSql(text, values);
      } catch (error) {
        failure = error;
        throw error;
      }
    },
  };
  const jobs = await boss.fetch<Data>(queue, { db: watched, ignoreStartAfter: true });
  if (failure !== undefined) throw failure;
  return jobs;
}

/**
 * Writes the outcome of a job, if this worker still holds it.
 *
 * @returns false if it no longer does: the job was given to another one, or withdrawn
 */
export async function finishJob(boss: Boss, db: Db, taken: Taken, output: object): Promise<boolean> {
  const { queue, job } = taken;
  return inTransaction(db, async () => {
    if (!(await letGo(db, taken))) return false;
    await boss.complete(queue, job, output, { db });
    return true;
  });
}

/**
 * Gives a job back: another worker does it, or, after too many attempts, it has failed.
 *
 * @param why what failed the job has as its output
 * @returns false if this worker does not hold it any more
 */
export async function giveBack(boss: Boss, db: Db, taken: Taken, why: object): Promise<boolean> {
  const { queue, job } = taken;
  return inTransaction(db, async () => {
    if (!(await letGo(db, taken))) return false;
    await boss.fail(queue, job, why, { db });
    return true;
  });
}

async function letGo(db: Db, { job, worker }: Taken): Promise<boolean> {
  const text = `delete from ${schema}.holder where job = $1 and worker = $2 returning job`;
  const { rows } = await db.executeSql(text, [job, worker]);
  return rows.length > 0;
}

/** The jobs that a worker holds. */
export async function heldJobs(db: Db, worker: number): Promise<ReadonlySet<string>> {
  const { rows } = await db.executeSql(`select job from ${schema}.holder where worker = $1`, [worker]);
  return new Set(rows.map(({ job }) => job as string));
}

/**
 * Gives the jobs of dead workers back, and removes these workers.
 *
 * @param why what failed the jobs have as their output
 * @returns the names of the workers
 */
export async function requeueOfDead(boss: Boss, db: Db, why: object): Promise<readonly string[]> {
  return inTransaction(db, async () => {
    // In one statement: a look that finds the lock taken by this one must find the holders locked, too.
    const { rows } = await db.executeSql(
      `with dead as (
         delete from ${schema}.member where kind = 'worker' and pg_try_advisory_xact_lock($1, number)
         returning number, name
       ), held as (
         delete from ${schema}.holder using dead where worker = number returning job, queue, worker
       )
       select name, job, queue from dead left join held on worker = number order by name, job`,
      [lockClass],
    );
    for (const { job, queue } of rows) if (job !== null) await boss.fail(queue, job, why, { db });
    return [...new Set(rows.map(({ name }) => name as string))];
  });
}

/** Whether a member is still on the list, with its lock taken for the rest of the connection's life. */
export async function holdMembership(db: Db, member: number): Promise<boolean> {
  // First the lock: whoever removes the member has it until the row is gone.
  await db.executeSql('select pg_advisory_lock($1, $2)', [lockClass, member]);
  const { rows } = await db.executeSql(`select from ${schema}.member where number = $1`, [member]);
  return rows.length > 0;
}

/** At this level each statement sees what was committed before it, which the functions above rely on. */
export async function inTransaction<T>(db: Db, body: () => Promise<T>): Promise<T> {
  await db.executeSql('begin isolation level read committed');
  let value: T;
  try {
    value = await body();
  } catch (error) {
    // On a lost connection there is nothing to roll back, and the first error says why.
    await db.executeSql('rollback').catch(() => undefined);
    throw error;
  }
  await db.executeSql('commit');
  return value;
}
