/**
 * The folder in memory for a throw-away cluster. Making and removing files is three times faster there than
 * on disk: a cluster starts in half the time, a database is made in a fifth, and a table is truncated in less
 * than half.
 */
import { access, constants, readFile, statfs } from 'node:fs/promises';

/** Linux only. */
export const memoryFolder = '/dev/shm';

/** A cluster takes 60 MB, a copy of the binaries as much, each database 8 MB, and the log of writes up to 256 MB. */
const leastFree = 2 ** 30;

/** Containers have only 64 MB there by default. */
export async function memoryServes(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    await access(memoryFolder, constants.W_OK);
    const { bavail, bsize } = await statfs(memoryFolder);
    return servesCluster(await readFile('/proc/self/mounts', 'utf8'), bavail * bsize);
  } catch {
    return false;
  }
}

/** @param mounts the text of /proc/self/mounts @param freeBytes space left for us in the folder */
export function servesCluster(mounts: string, freeBytes: number): boolean {
  const mount = mounts
    .split('\n')
    .map((line) => line.split(' '))
    // The last mount hides earlier ones.
    .findLast(([, at]) => at === memoryFolder);
  if (mount === undefined) return false;
  const [, , type, options = ''] = mount;
  const closed = options.split(',').some((option) => option === 'ro' || option === 'noexec');
  return type === 'tmpfs' && !closed && freeBytes >= leastFree;
}
