/** What a process does at its start: it migrates the database, without a transaction. */
import pg from 'pg';

const pool = new pg.Pool({ connectionString: 'postgres://app:secret@db.example.invalid:5432/app' });
const greet = { up: (db: any) => db.insertInto('greetings').values({ text: 'hello' }).execute() };
const provider = { getMigrations: async () => ({ greet }) };

/** @param library a version of Kysely */
export function starterWith({ Kysely, Migrator, PostgresDialect }: any) {
  const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
  return async () => {
    const migrator = new Migrator({ db, provider, disableTransactions: true });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
  };
}
