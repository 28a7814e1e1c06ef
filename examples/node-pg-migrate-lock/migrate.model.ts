/** Two processes run node-pg-migrate at start-up: salsita/node-pg-migrate#821, before and after 6.0.0. */
import { fileURLToPath } from 'node:url';
import v5 from 'node-pg-migrate-faulty';
import v6 from 'node-pg-migrate-mended';
import { defineModel, operation } from 'pg-lockstep';

const dir = fileURLToPath(new URL('migrations', import.meta.url));
const databaseUrl = 'postgres://app:secret@db.example.invalid:5432/app';
const options = {
  databaseUrl,
  dir,
  direction: 'up',
  count: Infinity,
  migrationsTable: 'pgmigrations',
  log: () => undefined,
} as const;

function migrations({ default: migrate }: typeof v6, variant: string) {
  return defineModel({
    name: 'node-pg-migrate-lock',
    variant,
    promise: 'a process that starts migrates the database, or hears that another one does',
    schema: '',
    operations: { start: operation({ run: () => migrate(options), compare: () => 'migrated' }) },
    refusal: (answer) =>
      answer.kind === 'failed' && answer.message === 'Another migration is already running',
  });
}

export const faulty = migrations(v5 as any, '5.10.0');
export const mended = migrations(v6, '6.0.0');
