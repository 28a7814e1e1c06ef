/** Two processes run Kysely's migrator without a transaction: kysely-org/kysely#1894, before and after 0.29.3. */
import * as v0_29_2 from 'kysely-faulty';
import * as migration29_2 from 'kysely-faulty/migration';
import * as v0_29_3 from 'kysely-mended';
import * as migration29_3 from 'kysely-mended/migration';
import { defineModel, operation } from 'pg-lockstep';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: 'postgres://app:secret@db.example.invalid:5432/app' });
const greet = { up: (db: any) => db.insertInto('greetings').values({ text: 'hello' }).execute() };
const provider = { getMigrations: async () => ({ greet }) };

function migrations({ Kysely, Migrator, PostgresDialect }: any, variant: string) {
  const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
  return defineModel({
    name: 'kysely-migrator-lock',
    variant,
    promise: 'a migration runs once, and each process starts',
    schema: `create table greetings (text text);
      create table kysely_migration (name text primary key, timestamp text not null);
      create table kysely_migration_lock (id text primary key, is_locked int not null default 0);
      insert into kysely_migration_lock values ('migration_lock')`,
    operations: {
      start: operation({
        run: async () => {
          const migrator = new Migrator({ db, provider, disableTransactions: true });
          const { error } = await migrator.migrateToLatest();
          if (error !== undefined) throw error;
        },
      }),
    },
  });
}

export const faulty = migrations({ ...v0_29_2, ...migration29_2 }, '0.29.2');
export const mended = migrations({ ...v0_29_3, ...migration29_3 }, '0.29.3');
