/**
 * A stale database is one of ours whose run was killed. Every run holds a session advisory lock per database,
 * from before the database is created until after it was dropped; the server releases it when the run dies.
 * So: carries our comment, and nobody holds its lock, means stale. A database whose name looks like ours but
 * which has no comment of ours is not ours.
 */
import { randomBytes } from 'node:crypto';
import type { ServiceConnection } from './service-connection.ts';

/** First key of the advisory lock, the same in every release: "lstp" in ASCII. The second is a hash of the name. */
export const lockClass = 0x6c_73_74_70;

const namePrefix = 'lockstep_';
const commentPrefix = 'pg-lockstep';

/** 48 random bits: two runs do not meet. */
export function freshName(): string {
  return `${namePrefix}${randomBytes(6).toString('hex')}`;
}

/** Names are made of `freshName`'s characters, or read from the catalog; quoting keeps both safe. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** For a person who finds the database and wonders. */
export function commentOn(name: string): string {
  return `comment on database ${quoteName(name)} is '${commentPrefix}: made for a test run, dropped after it'`;
}

export async function lock(connection: ServiceConnection, name: string): Promise<void> {
  await connection.query('select pg_advisory_lock($1::int4, hashtext($2::text))', [lockClass, name]);
}

export async function unlock(connection: ServiceConnection, name: string): Promise<void> {
  await connection.query('select pg_advisory_unlock($1::int4, hashtext($2::text))', [lockClass, name]);
}

/**
 * Drops a database and whoever is still connected to it.
 *
 * @param versionNumber of the server: FORCE came with 13
 */
export async function dropDatabase(
  connection: ServiceConnection,
  name: string,
  versionNumber: number,
): Promise<void> {
  if (versionNumber >= 130_000) {
    await connection.query(`drop database if exists ${quoteName(name)} with (force)`);
    return;
  }
  await connection.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  // DROP DATABASE itself waits up to five seconds for the terminated ones to be gone.
  await connection.query(`drop database if exists ${quoteName(name)}`);
}

/**
 * Drops what killed runs left behind. The list is read after the snapshot that shows the databases, and a
 * database becomes visible only while its lock is held, so a live one is never taken for stale.
 */
export async function dropStaleDatabases(
  connection: ServiceConnection,
  versionNumber: number,
): Promise<void> {
  const stale = await connection.query(
    `select d.datname from pg_database d
      where starts_with(d.datname::text, $1)
        and starts_with(shobj_description(d.oid, 'pg_database'), $2)
        and not exists (
          select from pg_locks l
           where l.locktype = 'advisory' and l.objsubid = 2 and l.granted
             and l.classid = $3::int4::oid and l.objid = hashtext(d.datname::text)::oid)`,
    [namePrefix, commentPrefix, lockClass],
  );
  for (const [name] of stale) {
    // Another run may be sweeping too, or the database may belong to another user: then it is theirs to drop.
    await dropDatabase(connection, name ?? '', versionNumber).catch((error: unknown) => {
      if (connection.lost) throw error;
    });
  }
}
