/** A bank account whose operations run in worker processes. */
import { fileURLToPath } from 'node:url';
import type { Model, Operation } from '../../../src/index.ts';
import { processes, type ProgramOptions } from '../../../src/index.ts';

export const workers: string = fileURLToPath(new URL('workers/', import.meta.url));

/** A worker on `pg`; see `workers/worker.js`. */
export const nodeWorker = (options: Partial<ProgramOptions> = {}): ReturnType<typeof processes> =>
  processes({ command: [process.execPath, `${workers}worker.js`], ...options });

/** @param operations run in workers, except those with a `run` */
export function bankIn(
  clients: ReturnType<typeof processes>,
  operations: Readonly<Record<string, Operation>>,
): Model {
  return {
    name: 'bank',
    schema:
      'create table account (id int primary key, balance int not null); insert into account values (1, 10)',
    clients,
    operations,
  };
}

export const call = (
  operation: string,
  ...args: readonly unknown[]
): { operation: string; args: readonly unknown[] } => ({
  operation,
  args,
});
