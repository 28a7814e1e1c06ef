/** An instance is one PGlite with its backend. It is booted, lent to one database after another, and closed. */
import { Fault, messageOf } from '../../core/fault.ts';
import { Backend, type WireEngine } from './backend.ts';
import { startup } from './messages.ts';
import { describePristine, restore, type SqlEngine } from './pristine.ts';

export interface BootOptions {
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
  readonly bootTimeoutMs: number;
}

/** The part of PGlite that this driver uses, so that its types are not needed if it is not installed. */
interface Engine extends WireEngine, SqlEngine {
  close(): Promise<void>;
}

interface PgliteModule {
  readonly PGlite: { create(options: { extensions?: any }): Promise<Engine> };
}

export interface Instance {
  /** As people name it: `pglite 0.5.16 (postgres 18.6)`. */
  readonly name: string;
  readonly backend: Backend;
  /** The answer to a startup packet. */
  readonly greeting: Buffer;
  /** Restores the state that it had after the boot; false means that it must not be used again. */
  restore(): Promise<boolean>;
  close(): Promise<void>;
}

/** @throws Fault `pglite-not-installed`, `pglite-boot-timeout` or `pglite-boot-failed` */
export async function boot(options: BootOptions): Promise<Instance> {
  const { PGlite } = await load();
  const { extensions, bootTimeoutMs } = options;
  const engine = await withinLimit(
    PGlite.create(extensions === undefined ? {} : { extensions }),
    bootTimeoutMs,
  );
  const greeting: Buffer[] = [];
  const onRawData = (data: Uint8Array): void => void greeting.push(Buffer.from(data));
  await engine.execProtocolRawStream(startup, { syncToFs: false, onRawData });
  const pristine = await describePristine(engine);
  const backend = new Backend(engine);
  return {
    name: await nameOf(engine),
    backend,
    greeting: Buffer.concat(greeting),
    restore: async () => !backend.crashed && (await restore(engine, pristine)),
    close: async () => {
      // A program that ended by itself has nothing left to close; its memory goes with the last reference.
      if (!backend.crashed) await engine.close();
    },
  };
}

async function load(): Promise<PgliteModule> {
  try {
    return await import('@electric-sql/pglite');
  } catch (error) {
    throw new Fault('PGlite is not installed', {
      code: 'pglite-not-installed',
      kind: 'usage',
      detail: messageOf(error),
      hint: 'npm install --save-dev @electric-sql/pglite',
      cause: error,
    });
  }
}

async function withinLimit(booting: Promise<Engine>, bootTimeoutMs: number): Promise<Engine> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), bootTimeoutMs);
  });
  try {
    const engine = await Promise.race([booting, limit]);
    if (engine !== undefined) return engine;
  } catch (error) {
    throw new Fault('PGlite does not start', {
      code: 'pglite-boot-failed',
      kind: 'engine',
      detail: messageOf(error),
      hint: 'it needs about 0.7 GB of memory',
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
  // A boot cannot be cancelled: let it finish in the background, then close it.
  booting.then((engine) => engine.close()).catch(() => {});
  throw new Fault(`PGlite did not start within ${bootTimeoutMs} ms`, {
    code: 'pglite-boot-timeout',
    kind: 'engine',
    hint: 'raise bootTimeoutMs',
  });
}

async function nameOf(engine: SqlEngine): Promise<string> {
  const { rows } = await engine.query<{ version: string }>('select version() as version');
  // "PostgreSQL 18.6 (PGlite 0.5.16) on wasm32-unknown-emscripten, ..."
  const match = /^PostgreSQL (\S+) \(PGlite ([^)]+)\)/.exec(rows[0]?.version ?? '');
  return match === null ? 'pglite' : `pglite ${match[2]} (postgres ${match[1]})`;
}
