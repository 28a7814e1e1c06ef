import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type { Library } from './library.ts';

const options = {
  databaseUrl: 'postgres://app:secret@db.example.invalid:5432/app',
  dir: fileURLToPath(new URL('migrations', import.meta.url)),
  migrationsTable: 'pgmigrations',
  direction: 'up',
  log: () => {},
} as const;

async function names(migrating: ReturnType<typeof runner>): Promise<string[]> {
  return (await migrating).map(({ name }) => name);
}

export const library: Library = {
  name: 'node-pg-migrate',
  shown: 'runner, with and without its lock',
  schema: `create table greetings (text text);
    create table pgmigrations (id serial primary key, name varchar(255) not null, run_on timestamp not null)`,
  rows: {},
  refusal: (answer) => answer.kind === 'failed' && answer.message === 'Another migration is already running',
  faulty: () => names(runner({ ...options, noLock: true })),
  mended: () => names(runner(options)),
  trouble: 'Who comes second is turned away: declare it as a `refusal`.',
};
