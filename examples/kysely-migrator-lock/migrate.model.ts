/** Two processes run Kysely's migrator without a transaction: kysely-org/kysely#1894, before and after 0.29.3. */
import * as v0_29_2 from 'kysely-faulty';
import * as migration29_2 from 'kysely-faulty/migration';
import * as v0_29_3 from 'kysely-mended';
import * as migration29_3 from 'kysely-mended/migration';
import { defineModel, operation } from 'pg-lockstep';
import { starterWith } from './migrate.ts';

function migrations(start: () => Promise<void>, variant: string) {
  return defineModel({
    name: 'kysely-migrator-lock',
    variant,
    promise: 'a migration runs once, and each process starts',
    schema: `create table greetings (text text);
      create table kysely_migration (name text primary key, timestamp text not null);
      create table kysely_migration_lock (id text primary key, is_locked int not null default 0);
      insert into kysely_migration_lock values ('migration_lock')`,
    operations: { start: operation({ run: start }) },
  });
}

export const faulty = migrations(starterWith({ ...v0_29_2, ...migration29_2 }), '0.29.2');
export const mended = migrations(starterWith({ ...v0_29_3, ...migration29_3 }), '0.29.3');
