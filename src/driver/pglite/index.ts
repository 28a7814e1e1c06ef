/** The PGlite driver: Postgres compiled to WebAssembly, inside this process, reached through real `pg` clients. */
import type { Database, Driver } from '../contract.ts';
import { lend } from './database.ts';
import { boot, type BootOptions, type Instance } from './instance.ts';

export interface PgliteOptions {
  /** PGlite extensions by name, as `PGlite.create` takes them: `{ vector }`. Default: none. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** How long a boot may take. Default 60 000: it takes 1.5 to 5 s on a machine that is not overloaded. */
  readonly bootTimeoutMs?: number;
}

let standard: Driver | undefined;

/**
 * PGlite as an engine. It has one session, so an open transaction makes every other client wait. A run on it behaves as
 * an application on PGlite does, and hides races between open transactions.
 *
 * Without options it is always the same driver, since an instance costs seconds and about 0.7 GB. A dropped database's
 * instance is cleaned and used for the next one; two databases at once need two instances.
 */
export function pglite(options?: PgliteOptions): Driver {
  if (options !== undefined) return makeDriver(options);
  return (standard ??= makeDriver({}));
}

function makeDriver(options: PgliteOptions): Driver {
  const bootOptions: BootOptions = {
    extensions: options.extensions,
    bootTimeoutMs: options.bootTimeoutMs ?? 60_000,
  };
  const idle: Instance[] = [];
  const databases = new Set<Database>();
  const returning = new Set<Promise<void>>();

  const takeBack = async (instance: Instance): Promise<void> => {
    if (await instance.restore()) idle.push(instance);
    else await instance.close();
  };

  return {
    kind: 'pglite',
    open: async () => {
      // Cleaning takes milliseconds, booting takes seconds.
      while (idle.length === 0 && returning.size > 0) await Promise.race(returning);
      const instance = idle.pop() ?? (await boot(bootOptions));
      const database = lend(instance, async () => {
        databases.delete(database);
        const back = takeBack(instance);
        returning.add(back);
        await back.finally(() => returning.delete(back));
      });
      databases.add(database);
      return database;
    },
    close: async () => {
      await Promise.all([...databases].map((database) => database.drop()));
      await Promise.all(returning);
      await Promise.all(idle.splice(0).map((instance) => instance.close()));
    },
  };
}
