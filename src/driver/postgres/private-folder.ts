/** The private temporary folder that holds all of a throw-away cluster. */
import { chmod, chown, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault, messageOf } from '../../core/fault.ts';
import { canReach } from './cluster-user.ts';
import type { ClusterUser } from './cluster-user.ts';
import { memoryFolder, memoryServes } from './memory-folder.ts';

export const folderPrefix = 'lockstep-pg-';

/** A socket address holds 107 bytes on Linux and 103 elsewhere. */
const longestSocketPath = 100;

export const socketName = '.s.PGSQL.5432';

/**
 * Where folders may lie, the best first: in memory, unless TMPDIR asks for another place; in the temp folder; and in /tmp
 * where that is too deep or closed to the cluster's user.
 */
export function tempRoots(): readonly string[] {
  if (process.platform === 'win32') return [tmpdir()];
  const usual = '/tmp';
  const onDisk = [...new Set([tmpdir(), usual])];
  if (process.platform !== 'linux') return onDisk;
  return onDisk.length > 1 ? [...onDisk, memoryFolder] : [memoryFolder, ...onDisk];
}

/**
 * Makes a folder that only `user` (undefined: the one we are) and root can look into.
 *
 * @throws Fault `no-private-folder`
 */
export async function makePrivateFolder(user: ClusterUser | undefined): Promise<string> {
  const root = await pickRoot(user);
  try {
    const folder = await mkdtemp(join(root, folderPrefix));
    await chmod(folder, 0o700);
    if (user !== undefined) await chown(folder, user.uid, user.gid);
    return folder;
  } catch (error) {
    throw new Fault('cannot make a temporary folder for Postgres', {
      code: 'no-private-folder',
      kind: 'engine',
      detail: `in ${root}${user === undefined ? '' : ` for user "${user.name}"`}: ${messageOf(error)}`,
      hint: 'set TMPDIR to a folder that may be written to, or give the URL of a running server',
      cause: error,
    });
  }
}

async function pickRoot(user: ClusterUser | undefined): Promise<string> {
  const roots = tempRoots();
  for (const root of roots) {
    const socket = join(root, `${folderPrefix}XXXXXX`, socketName);
    const fits = process.platform === 'win32' || Buffer.byteLength(socket) < longestSocketPath;
    const usable = user === undefined || (await canReach(root, user));
    const there = await stat(root).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const serves = root !== memoryFolder || (await memoryServes());
    if (fits && usable && there && serves) return root;
  }
  // mkdtemp or the server will say what is wrong with it.
  return tmpdir();
}
