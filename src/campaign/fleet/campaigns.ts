/** The campaigns of a queue, as members of it see them. A campaign's jobs are in a pg-boss queue of its own. */
import type { QueueConnection } from './connection.ts';
import type { FleetCode } from './code.ts';
import { inTransaction, lockClass, schema } from './held-jobs.ts';
import { workersChannel } from './member.ts';

export function queueOf(campaign: number): string {
  return `campaign-${campaign}`;
}

export interface CampaignOnQueue {
  readonly number: number;
  /** Of the submitter, for people. */
  readonly name: string;
  readonly code: FleetCode;
  /** Whether this worker has looked at it. */
  readonly known: boolean;
}

/** The campaigns whose jobs this worker takes, or has not looked at yet. */
export async function campaignsFor(
  queue: QueueConnection,
  worker: number,
): Promise<readonly CampaignOnQueue[]> {
  const { rows } = await queue.executeSql(
    `select number, name, code, takes.worker is not null as known
     from ${schema}.member left join ${schema}.takes on campaign = number and worker = $1
     where kind = 'campaign' and code is not null and refusal is null order by number`,
    [worker],
  );
  return rows;
}

/** Says that this worker takes the campaign's jobs, or why not. */
export async function announceTakes(
  queue: QueueConnection,
  { campaign, worker, refusal }: { campaign: number; worker: number; refusal: string | undefined },
): Promise<void> {
  await queue.executeSql(
    `insert into ${schema}.takes (campaign, worker, refusal) values ($1, $2, $3)
     on conflict (campaign, worker) do update set refusal = excluded.refusal`,
    [campaign, worker, refusal ?? null],
  );
}

/** The workers that have looked at a campaign. */
export interface WorkerOnQueue {
  readonly number: number;
  readonly name: string;
  readonly slots: number;
  /** Why it does not take the campaign's jobs; undefined: it does. */
  readonly refusal: string | undefined;
}

export async function workersOf(queue: QueueConnection, campaign: number): Promise<readonly WorkerOnQueue[]> {
  const { rows } = await queue.executeSql(
    `select number, name, slots, refusal from ${schema}.member join ${schema}.takes on worker = number
     where kind = 'worker' and campaign = $1 order by number`,
    [campaign],
  );
  return rows.map((row) => ({ ...row, refusal: row.refusal ?? undefined }));
}

/** The campaign is over: its jobs are withdrawn, whoever has them. */
export async function removeCampaign(queue: QueueConnection, campaign: number): Promise<void> {
  await inTransaction(queue, async () => {
    await queue.executeSql(`delete from ${schema}.holder where queue = $1`, [queueOf(campaign)]);
    // pg-boss refuses to delete a queue that still has jobs.
    await queue.executeSql(`delete from ${schema}.job where name = $1`, [queueOf(campaign)]);
    await queue.boss.deleteQueue(queueOf(campaign));
    await queue.executeSql(`delete from ${schema}.takes where campaign = $1`, [campaign]);
    await queue.executeSql(`delete from ${schema}.member where number = $1`, [campaign]);
    await queue.notify(workersChannel);
  });
}

/** Removes campaigns whose submitter is gone. */
export async function removeDeadCampaigns(queue: QueueConnection): Promise<void> {
  const { rows } = await queue.executeSql(
    `select number from ${schema}.member where kind = 'campaign' and not exists (
       select from pg_locks where locktype = 'advisory' and classid = $1 and objid = number::oid and objsubid = 2
       and database = (select oid from pg_database where datname = current_database()))`,
    [lockClass],
  );
  for (const { number } of rows) {
    const dead = await queue.executeSql('select pg_try_advisory_lock($1, $2) as free', [lockClass, number]);
    if (dead.rows[0].free !== true) continue;
    await removeCampaign(queue, number);
    await queue.executeSql('select pg_advisory_unlock($1, $2)', [lockClass, number]);
  }
}

/** A worker leaves. If it still holds jobs, its row stays until somebody gives them back. */
export async function removeWorker(queue: QueueConnection, worker: number): Promise<void> {
  await queue.executeSql(`delete from ${schema}.takes where worker = $1`, [worker]);
  await queue.executeSql(
    `delete from ${schema}.member where number = $1 and not exists (select from ${schema}.holder where worker = $1)`,
    [worker],
  );
}
