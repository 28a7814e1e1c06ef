/** Two processes run node-pg-migrate at start-up: salsita/node-pg-migrate#821, before and after 6.0.0. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineModel, operation } from 'pg-lockstep';

// They are CommonJS, whose default export test runners read in their own ways.
const require = createRequire(import.meta.url);
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

function migrations(library: string, variant: string) {
  const migrate: typeof import('node-pg-migrate-mended').default = require(library).default;
  return defineModel({
    name: 'node-pg-migrate-lock',
    variant,
    promise: 'a process that starts migrates the database, or hears that another one does',
    schema: '',
    operations: {
      start: operation({
        run: () =>
          migrate(options).catch((error) => {
            // The library puts a stack into the message.
            throw new Error(error.message.split('\n')[0]);
          }),
        compare: () => 'migrated',
      }),
    },
    refusal: (answer) =>
      answer.kind === 'failed' && answer.message === 'Another migration is already running',
  });
}

export const faulty = migrations('node-pg-migrate-faulty', '5.10.0');
export const mended = migrations('node-pg-migrate-mended', '6.0.0');
