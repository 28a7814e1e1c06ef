/** Asks a server who waits for whom, and what backends are doing. */
import type { Backend } from '../../core/limit-cause.ts';
import type { Stillness, Wait } from '../contract.ts';
import type { ServiceConnection } from './service-connection.ts';

const waitsQuery = `
  select pid, array_to_string(pg_blocking_pids(pid), ','), array_to_string(pg_safe_snapshot_blocking_pids(pid), ',')
    from unnest($1::int4[]) as pid`;

/**
 * The backends that wait for a safe snapshot (SERIALIZABLE READ ONLY DEFERRABLE), with their possible blockers.
 * `pg_safe_snapshot_blocking_pids` gives nothing if the server still remembers an earlier serializable transaction of
 * the waiting backend. Its blockers are then among the transactions that are open with a snapshot in this database, and
 * among those elsewhere that have read as serializable ones. This takes three times as long as the query above.
 */
const snapshotWaitsQuery = `
  with backends as (
    select pid, datname, state, wait_event, backend_xmin from pg_stat_activity
     where backend_type = 'client backend' and pid <> pg_backend_pid()
  )
  select w.pid, string_agg(b.pid::text, ',')
    from backends w join backends b on b.pid <> w.pid and b.wait_event is distinct from 'SafeSnapshot'
   where w.pid = any($1::int4[]) and w.wait_event = 'SafeSnapshot' and b.state <> 'idle'
     and (b.datname = current_database() and b.backend_xmin is not null
          or b.pid in (select pid from pg_locks where mode = 'SIReadLock'))
   group by w.pid`;

export async function waitsOf(
  monitor: ServiceConnection,
  pids: readonly number[],
  thorough: boolean,
): Promise<readonly Wait[]> {
  if (pids.length === 0) return [];
  const rows = await monitor.query(waitsQuery, [pids], 'pg-lockstep waits');
  const waits = rows.flatMap(([pid, locks, snapshot]) => {
    const isChecked = locks !== null && locks !== undefined && locks !== '';
    return waitOf(pid, isChecked ? locks : snapshot, isChecked);
  });
  if (!thorough || waits.length === pids.length) return waits;
  const left = pids.filter((pid) => !waits.some((wait) => wait.pid === pid));
  const more = await monitor.query(snapshotWaitsQuery, [left], 'pg-lockstep snapshot waits');
  return [...waits, ...more.flatMap(([pid, snapshot]) => waitOf(pid, snapshot, false))];
}

function waitOf(
  pid: string | null | undefined,
  by: string | null | undefined,
  isChecked: boolean,
): readonly Wait[] {
  if (by === null || by === undefined || by === '') return [];
  return [{ pid: Number(pid), blockedBy: [...new Set(by.split(',').map(Number))], isChecked }];
}

const backendsQuery = `
  select pid, state, wait_event_type || ' ' || wait_event, backend_type, application_name, datname, left(query, 100),
         array_to_string(pg_blocking_pids(pid) || pg_safe_snapshot_blocking_pids(pid), ',')
    from pg_stat_activity where pid = any($1::int4[])`;

export async function backendsOf(
  monitor: ServiceConnection,
  pids: readonly number[],
  stillness: Stillness | undefined,
): Promise<readonly Backend[]> {
  const rows = await monitor.query(backendsQuery, [pids]);
  const blockersOf = (row: (typeof rows)[number]): number[] => [
    ...new Set((row[7] ?? '').split(',').filter(Boolean).map(Number)),
  ];
  const others = await monitor.query(backendsQuery, [[...new Set(rows.flatMap(blockersOf))]]);
  const factsOf = (pid: number): string[] => {
    const row = others.find(([other]) => Number(other) === pid);
    if (row === undefined) return [];
    const [, state, , type, application, database, query] = row;
    return [type, application, database, state, query].flatMap((fact) => (fact === '' ? [] : (fact ?? [])));
  };
  return rows.map((row) => ({
    pid: Number(row[0]),
    state: row[1] ?? 'unknown',
    waitsFor: row[2] ?? undefined,
    stopped: stillness?.isStopped(Number(row[0])) ?? false,
    blockers: blockersOf(row).map((pid) => ({ pid, facts: factsOf(pid) })),
  }));
}
