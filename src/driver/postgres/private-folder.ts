/**
 * The private temporary folder that holds all of a throw-away cluster. It is ours, and so are the files that
 * we write: records, log and binaries. In it lies one folder that belongs to the server's user, with the
 * server's files. If these are two users, and we are root, neither follows links of the other.
 */
import { chmod, chown, mkdir, mkdtemp, realpath, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Fault, messageOf } from '../../core/fault.ts';
import { canReach } from './cluster-user.ts';
import type { ClusterUser } from './cluster-user.ts';
import { memoryFolder, memoryServes } from './memory-folder.ts';

export const folderPrefix = 'lockstep-pg-';

/** A socket address holds 107 bytes on Linux and 103 elsewhere. */
const longestSocketPath = 100;

const socketName = '.s.PGSQL.5432';

/** The folder that belongs to the server's user. */
export function insideOf(folder: string): string {
  return join(folder, 'server');
}

/**
 * Where folders may lie, the best first: in memory, unless TMPDIR asks for another place; in the temp folder; and in
 * /tmp if that is too deep or closed to the cluster's user. Places in which others may replace our files come last, and
 * root does not use a folder that another user owns.
 */
export async function tempRoots(): Promise<readonly string[]> {
  if (process.platform === 'win32') return [tmpdir()];
  const onDisk = [...new Set([tmpdir(), '/tmp'])];
  const inMemory = process.platform === 'linux' ? [memoryFolder] : [];
  const roots = onDisk.length > 1 ? [...onDisk, ...inMemory] : [...inMemory, ...onDisk];
  const trusted = await Promise.all(roots.map(async (root) => ({ root, trust: await trustIn(root) })));
  return (['sole', 'open', 'foreign'] as const)
    .filter((trust) => trust !== 'foreign' || process.getuid?.() !== 0)
    .flatMap((wanted) => trusted.filter(({ trust }) => trust === wanted))
    .map(({ root }) => root);
}

/**
 * Who could replace the files in a folder: `sole`, only we and root; `open`, other users too, because they may write to
 * it or a folder above it and there is no sticky bit; `foreign`, the owner of one of these folders.
 *
 * @param me our user's number
 */
export async function trustIn(
  folder: string,
  me: number = process.getuid?.() ?? 0,
): Promise<'sole' | 'open' | 'foreign' | undefined> {
  let trust: 'sole' | 'open' = 'sole';
  try {
    for (let at = await realpath(folder); ; at = dirname(at)) {
      const found = await stat(at);
      if (!found.isDirectory()) return undefined;
      const { uid, mode } = found;
      if (uid !== 0 && uid !== me) return 'foreign';
      if ((mode & 0o022) !== 0 && (mode & 0o1000) === 0) trust = 'open';
      if (dirname(at) === at) return trust;
    }
  } catch {
    return undefined;
  }
}

/**
 * Makes a folder that only we and `user` (undefined: the current one) can look into, and in it the folder of that user.
 *
 * @throws Fault `no-private-folder`
 */
export async function makePrivateFolder(user: ClusterUser | undefined): Promise<string> {
  const root = await pickRoot(user);
  try {
    const folder = await mkdtemp(join(root, folderPrefix));
    await mkdir(insideOf(folder), { mode: 0o700 });
    if (user !== undefined) {
      await chown(insideOf(folder), user.uid, user.gid);
      // The group may pass through.
      await chown(folder, process.getuid?.() ?? 0, user.gid);
      await chmod(folder, 0o710);
    }
    return folder;
  } catch (error) {
    throw noFolderFault(
      `in ${root}${user === undefined ? '' : ` for user "${user.name}"`}: ${messageOf(error)}`,
    );
  }
}

async function pickRoot(user: ClusterUser | undefined): Promise<string> {
  for (const root of await tempRoots()) {
    const socket = join(insideOf(join(root, `${folderPrefix}XXXXXX`)), socketName);
    const fits = process.platform === 'win32' || Buffer.byteLength(socket) < longestSocketPath;
    const usable = user === undefined || (await canReach(root, user));
    const serves = root !== memoryFolder || (await memoryServes());
    if (fits && usable && serves) return root;
  }
  throw noFolderFault(
    `neither ${tmpdir()} nor /tmp is usable: it must exist, with a short path, and belong to us or root`,
  );
}

function noFolderFault(detail: string): Fault {
  return new Fault('cannot make a temporary folder for Postgres', {
    code: 'no-private-folder',
    kind: 'engine',
    detail,
    hint: 'set TMPDIR to a writable folder, or give the URL of a running server',
  });
}
