/**
 * The platform package comes without the links between its shared libraries (npm packages cannot hold links);
 * its install script creates them, and npm may be configured not to run install scripts.
 */
import { readFile, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { codeOf } from './connect-fault.ts';

interface Link {
  /** The existing file, relative to the package. */
  readonly source: string;
  /** The link that should lead to it. */
  readonly target: string;
}

/**
 * Creates the missing links. Two processes may do so at once: a link appears whole or not at all, and the second
 * process finds it.
 *
 * @param native the package's `native` folder
 * @returns false if links are missing and the folder is read-only; root writes only to folders that root owns
 */
export async function mendLinks(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as readonly Link[]) {
    const at = join(native, '..', target);
    const there = await stat(at).then(
      () => true,
      () => false,
    );
    if (there) continue;
    if (process.getuid?.() === 0 && (await stat(dirname(at))).uid !== 0) return false;
    try {
      await symlink(relative(dirname(target), source), at);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') return false;
    }
  }
  return true;
}
