/** The tables of the queue, in a schema of their own: those of pg-boss, and ours beside them. */
import type PgBoss from 'pg-boss';
import { schema } from './held-jobs.ts';

/** Another layout needs another number. */
const layout = 1;

/**
 * Our tables. A member is a worker or a campaign, a campaign's queue is called like it; `takes` says which workers have looked
 * at a campaign, and why they do not take its jobs.
 */
export const ownTables: string = `
create table if not exists ${schema}.member (
  number integer primary key generated always as identity,
  kind text not null check (kind in ('worker', 'campaign')),
  name text not null,
  slots integer not null,
  code jsonb
);
create table if not exists ${schema}.holder (
  job uuid primary key,
  queue text not null,
  worker integer not null
);
create table if not exists ${schema}.takes (
  campaign integer not null,
  worker integer not null,
  refusal text,
  primary key (campaign, worker)
);
create table if not exists ${schema}.layout (number integer primary key);
insert into ${schema}.layout values (${layout}) on conflict do nothing;
`;

/** Makes what is missing. Several members may do it at once. */
export async function install(url: string, Boss: typeof PgBoss): Promise<void> {
  const boss = new Boss({ connectionString: url, schema, supervise: false, schedule: false, max: 1 });
  // Otherwise an error of an idle connection would end this process.
  boss.on('error', () => undefined);
  await boss.start();
  try {
    const db = boss.getDb();
    // Two that create the same table at once would get an error of the catalog.
    await db.executeSql(
      `begin; select pg_advisory_xact_lock(hashtext('${schema}')); ${ownTables} commit`,
      undefined as never,
    );
    const { rows } = await db.executeSql(`select max(number) as number from ${schema}.layout`, []);
    if (rows[0].number !== layout) throw new Error(`${schema} was made by another version of pg-lockstep`);
  } finally {
    await boss.stop({ graceful: false });
  }
}
