/**
 * A leftover is the folder, and perhaps the server, of a cluster whose guardian was killed too. Each start sweeps them.
 * It touches only files in a folder that is ours by name and owner, and signals only a process whose command line names
 * that folder, since a process number may have been reused.
 */
import { once } from 'node:events';
import { lstat, readFile, readdir, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { commandLine } from './command-line.ts';
import { runGuardian } from './guardian-process.ts';
import { folderPrefix, insideOf, tempRoots } from './private-folder.ts';
import { until } from '../within.ts';

/** A folder without an owner's record may be one that is being made right now: copying binaries takes seconds. */
const youngMs = 10 * 60_000;
/** Postgres itself gives its children 5 s after SIGQUIT. */
const stopTimeoutMs = 8_000;

/** This machine and process namespace; process numbers mean nothing elsewhere (/tmp may be shared by containers). */
export async function machineId(): Promise<string> {
  return `${hostname()} ${await readlink('/proc/self/ns/pid').catch(() => '')}`;
}

/**
 * Removes every leftover that is ours. Never fails: if one cannot be removed, it stays.
 *
 * @param me our user's number
 */
export async function sweepLeftovers(
  me: number | undefined = process.getuid?.(),
  roots?: readonly string[],
): Promise<void> {
  // On Windows a command line is expensive to read, and nothing is removed without one.
  if (process.platform === 'win32') return;
  const here = await machineId();
  for (const root of roots ?? (await tempRoots())) {
    const names = await readdir(root).catch(() => []);
    for (const name of names.filter((found) => found.startsWith(folderPrefix))) {
      const folder = join(root, name);
      if (await isLeftover(folder, me, here).catch(() => false))
        await removeLeftover(folder).catch(() => undefined);
    }
  }
}

async function isLeftover(folder: string, me: number | undefined, here: string): Promise<boolean> {
  const found = await lstat(folder);
  if (!found.isDirectory() || (me !== undefined && found.uid !== me)) return false;
  const owner = await readOwner(folder);
  if (owner === undefined) return Date.now() - found.mtimeMs > youngMs;
  return owner.where === here && !(await isRunningIn(owner.guardian, folder));
}

/** Stops the server in the folder, if one runs, and removes the folder. */
export async function removeLeftover(folder: string): Promise<void> {
  if ((await lstat(folder).catch(() => undefined)) === undefined) return;
  // A server that the guardian had no time to record ends by itself when its data is gone.
  const child = (await readOwner(folder))?.child;
  if (child !== undefined) await stopProcess(child, folder);
  const inside = insideOf(folder);
  const owner = await lstat(inside).catch(() => undefined);
  const other = owner !== undefined && owner.uid !== process.getuid?.();
  await once(runGuardian({ folder, inside, ...(other && { uid: owner.uid, gid: owner.gid }) }), 'exit');
}

async function stopProcess(pid: number, folder: string): Promise<void> {
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    if (!(await isRunningIn(pid, folder))) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    await until(stopTimeoutMs, async () => !(await isRunningIn(pid, folder)));
  }
}

async function isRunningIn(pid: number, folder: string): Promise<boolean> {
  return Number.isInteger(pid) && pid > 1 && (await commandLine(pid)).includes(folder);
}

interface Owner {
  readonly where: string;
  readonly guardian: number;
  readonly child: number | undefined;
}

async function readOwner(folder: string): Promise<Owner | undefined> {
  const text = await readFile(join(folder, 'owner.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Owner);
}
