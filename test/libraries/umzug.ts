import pg from 'pg';
import { Umzug } from 'umzug';
import type { Library } from './library.ts';

const pool = new pg.Pool({ connectionString: 'postgres://app:secret@db.example.invalid:5432/app' });

/** Migrations on one client, recorded in a table of the application's own. */
function migrations(client: pg.PoolClient): Umzug {
  return new Umzug({
    migrations: [{ name: 'greeting', up: () => client.query("insert into greetings values ('hello')") }],
    storage: {
      executed: async () => (await client.query('select name from migrations')).rows.map(({ name }) => name),
      logMigration: async ({ name }) =>
        void (await client.query('insert into migrations values ($1)', [name])),
      unlogMigration: async () => {},
    },
    logger: undefined,
  });
}

async function up(lock: string): Promise<string[]> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(lock);
    const done = await migrations(client).up();
    await client.query('commit');
    return done.map(({ name }) => name);
  } finally {
    client.release();
  }
}

export const library: Library = {
  name: 'umzug',
  shown: 'up, with a storage in Postgres',
  schema: 'create table migrations (name text not null); create table greetings (text text)',
  rows: {},
  faulty: () => up('select 1'),
  mended: () => up('select pg_advisory_xact_lock(1)'),
  trouble: 'It has no lock of its own; the mended form takes an advisory lock around it.',
};
