/** What a process does at its start: it migrates the database. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

// They are CommonJS, whose default export test runners read in their own ways.
const require = createRequire(import.meta.url);
const options = {
  databaseUrl: 'postgres://app:secret@db.example.invalid:5432/app',
  dir: fileURLToPath(new URL('migrations', import.meta.url)),
  direction: 'up',
  count: Infinity,
  migrationsTable: 'pgmigrations',
  log: () => undefined,
} as const;

/** @param library the name of a version of node-pg-migrate */
export function starterWith(library: string) {
  const migrate: typeof import('node-pg-migrate-mended').default = require(library).default;
  return async () => {
    try {
      return await migrate(options);
    } catch (error) {
      // The library puts a stack into the message.
      throw new Error((error as Error).message.split('\n')[0]);
    }
  };
}
