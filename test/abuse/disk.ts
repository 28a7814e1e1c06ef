/** A small file system to fill. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from './world.ts';

export const needsRoot = (): string | undefined => (process.getuid?.() === 0 ? undefined : 'needs root');

/** Whether this machine lets us mount: a container may not. */
export function cannotMount(): string | undefined {
  if (needsRoot() !== undefined) return needsRoot();
  const at = mkdtempSync('/tmp/lsa-mount-');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'lsa', at], { stdio: 'ignore' });
    execFileSync('umount', [at]);
    return undefined;
  } catch {
    return 'may not mount';
  } finally {
    execFileSync('rmdir', [at]);
  }
}

/** A file system with this much room; gone when the work is done. */
export async function withDisk(
  world: World,
  size: string,
  work: (at: string) => Promise<void>,
): Promise<void> {
  const at = join(world.folder, 'disk');
  mkdirSync(at);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'lsa', at]);
  try {
    await work(at);
  } finally {
    execFileSync('umount', ['-l', at]);
  }
}
