/** Two processes run postgres-migrations at start-up: ThomWright/postgres-migrations#23, before and after 4.0.0. */
import { fileURLToPath } from 'node:url';
import { defineModel, operation } from 'pg-lockstep';
// @ts-expect-error It has no types.
import v3 from 'postgres-migrations-faulty';
import v4 from 'postgres-migrations-mended';

const config = { host: 'db.example.invalid', port: 5432, user: 'app', password: 'secret', database: 'app' };
const folder = fileURLToPath(new URL('migrations', import.meta.url));

function migrations({ migrate }: typeof v4, variant: string) {
  return defineModel({
    name: 'postgres-migrations-lock',
    variant,
    promise: 'each process starts, and finds its migrations applied',
    schema: '',
    operations: {
      start: operation({ run: async () => (await migrate(config, folder)).length >= 0 }),
    },
  });
}

export const faulty = migrations(v3, '3.0.2');
export const mended = migrations(v4, '4.0.0');
