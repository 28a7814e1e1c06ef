/** Two processes run Knex's migrations at start-up: knex/knex#4694, before and after 0.95.12. */
import knex095_11 from 'knex-faulty';
import knex095_12 from 'knex-mended';
import { defineModel, operation } from 'pg-lockstep';

const connection = 'postgres://app:secret@db.example.invalid:5432/app';
const migrationSource = {
  getMigrations: async () => ['greeting'],
  getMigrationName: (name: string) => name,
  getMigration: () => ({ up: (db: any) => db('greetings').insert({ text: 'hello' }), down: () => undefined }),
};

function migrations(knex: any, variant: string) {
  const db = knex({ client: 'pg', connection, log: { warn: () => undefined } });
  return defineModel({
    name: 'knex-migration-lock',
    variant,
    promise: 'a database can be migrated again after two processes tried at once',
    schema: `create table greetings (text text);
      create table knex_migrations (id serial primary key, name text, batch int, migration_time timestamptz);
      create table knex_migrations_lock (index serial primary key, is_locked int)`,
    operations: { migrate: operation({ run: () => db.migrate.latest({ migrationSource }) }) },
    // While one process migrates, the other is turned away.
    refusal: (answer) => answer.kind === 'failed' && answer.name === 'MigrationLocked',
  });
}

export const faulty = migrations(knex095_11, '0.95.11');
export const mended = migrations(knex095_12, '0.95.12');
