/**
 * A stale database is one of ours whose run was killed. It is dropped only when two things are certain.
 *
 * It is ours: its connection limit is a check value of its random name. One statement creates it with both, so a killed
 * run never leaves a database that cannot be recognised. A limit above a thousand million limits nothing; nobody hits
 * the right one by accident, and only the owner of a database can set it. A name or a comment alone proves nothing:
 * people choose names and copy comments. Neither a rename nor a copy (CREATE DATABASE ... TEMPLATE) keeps the two
 * together.
 *
 * Its run is dead: a run holds a session advisory lock per database from before it is created until after it was
 * dropped, once on its maintenance connection and once on its monitor inside the database, so that losing one of them
 * does not make a live run look dead. The server releases both when the run dies, on any machine.
 */
import { createHash, randomBytes } from 'node:crypto';
import { codeOf } from './connect-fault.ts';
import type { ServiceConnection } from './service-connection.ts';

/** The connections needed to remove a database. */
export interface Maintenance {
  /** Connected to a database other than those that it drops. */
  readonly connection: ServiceConnection;
  readonly versionNumber: number;
  /** Connects to the database of this name. */
  readonly inside: (name: string) => Promise<ServiceConnection>;
}

/** First key of the advisory lock, the same in every release: "lstp" in ASCII. The second is a hash of the name. */
export const lockClass = 0x6c_73_74_70;

/** 48 random bits: two runs do not meet. */
const namePattern = '^lockstep_[0-9a-f]{12}$';

export function freshName(): string {
  return `lockstep_${randomBytes(6).toString('hex')}`;
}

/** The connection limit of a database of ours: 1 000 000 000 and 28 bits of a hash, which fits into 31 bits. */
export function limitOf(name: string): number {
  const hash = createHash('sha256').update(`pg-lockstep ${name}`).digest('hex');
  return 1_000_000_000 + Number.parseInt(hash.slice(0, 7), 16);
}

/** Postgres 15 and newer set this limit when DROP DATABASE was cut off: the database can only be dropped again. */
const halfDropped = -2;

/** Names are made of `freshName`'s characters, or read from the catalog; quoting keeps both safe. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Makes a database that can be recognised from its first moment; its name must be locked. */
export async function createOwned(connection: ServiceConnection, name: string): Promise<void> {
  // template0 is pristine, and no connection to it can be in the way.
  const mark = `template template0 connection limit ${limitOf(name)}`;
  await connection.query(`create database ${quoteName(name)} ${mark}`);
  // For a person who finds the database and wonders.
  const words = 'pg-lockstep: made for a test run, dropped after it';
  await connection.query(`comment on database ${quoteName(name)} is '${words}'`);
}

export async function lock(connection: ServiceConnection, name: string): Promise<void> {
  await connection.query('select pg_advisory_lock($1::int4, hashtext($2::text))', [lockClass, name]);
}

export async function unlock(connection: ServiceConnection, name: string): Promise<void> {
  await connection.query('select pg_advisory_unlock($1::int4, hashtext($2::text))', [lockClass, name]);
}

/** Drops a database, along with its open connections and prepared transactions. */
export async function dropDatabase(maintenance: Maintenance, name: string): Promise<void> {
  try {
    await drop(maintenance, name);
  } catch (error) {
    // 55006: in use, in a way that FORCE does not end.
    if (codeOf(error) !== '55006') throw error;
    await rollbackPrepared(maintenance, name);
    await drop(maintenance, name);
  }
}

async function drop({ connection, versionNumber }: Maintenance, name: string): Promise<void> {
  // FORCE came with 13.
  if (versionNumber >= 130_000) {
    await connection.query(`drop database if exists ${quoteName(name)} with (force)`);
    return;
  }
  await connection.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  // DROP DATABASE itself waits up to five seconds for the terminated ones to be gone.
  await connection.query(`drop database if exists ${quoteName(name)}`);
}

/** Only a connection to the database itself may end its prepared transactions. */
async function rollbackPrepared({ inside }: Maintenance, name: string): Promise<void> {
  const connection = await inside(name);
  try {
    const prepared = await connection.query(
      `select quote_literal(gid) from pg_prepared_xacts where database = current_database()`,
    );
    for (const [gid] of prepared) await connection.query(`rollback prepared ${gid}`);
  } finally {
    await connection.end();
  }
}

/**
 * Drops the databases of killed runs. The locks are read after the snapshot that shows the databases, and a
 * database becomes visible only while it is locked, so a live one is never mistaken for a stale one.
 */
export async function dropStaleDatabases(maintenance: Maintenance): Promise<void> {
  const { connection } = maintenance;
  const dead = await connection.query(
    `select d.datname, d.datconnlimit::text from pg_database d
      where d.datname ~ $1
        and not exists (
          select from pg_locks l
           where l.locktype = 'advisory' and l.objsubid = 2 and l.granted
             and l.classid = $2::int4::oid and l.objid = hashtext(d.datname::text)::oid)`,
    [namePattern, lockClass],
  );
  for (const [name, limit] of dead) {
    if (typeof name !== 'string' || ![limitOf(name), halfDropped].includes(Number(limit))) continue;
    // Another run may be sweeping too, or the database may belong to another user, who drops it then.
    await dropDatabase(maintenance, name).catch((error: unknown) => {
      if (connection.lost) throw error;
    });
  }
}
