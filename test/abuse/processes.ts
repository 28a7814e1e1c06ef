/**
 * Which processes belong to a case: those that carry its mark in their environment, those that run in its temp folder,
 * and their children. A backend of Postgres overwrites its environment with its title, hence the other two.
 */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

export interface OurProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly role: Role | undefined;
}

/** What a process is to us. */
export type Role = 'command' | 'worker' | 'guardian' | 'initdb' | 'postmaster' | 'backend';

function roleOf(command: string): Role | undefined {
  if (/\/campaign\/worker\/main\.js/.test(command)) return 'worker';
  if (/\/cli\/main\.js/.test(command)) return 'command';
  if (/"initdb":/.test(command)) return 'guardian';
  if (/\/initdb /.test(command)) return 'initdb';
  if (/\/postgres .*-D /.test(command)) return 'postmaster';
  if (/^postgres: .*\[local\]/.test(command)) return 'backend';
  return undefined;
}

const read = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
};

const folderOf = (pid: number): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
};

/** @param mark `NAME=value` as it stands in their environment; @param temp the case's temp folder */
export function processesOf(mark: string, temp: string): readonly OurProcess[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      const pid = Number(name);
      // After the name in parentheses, which may hold anything: state, parent.
      const [state = 'Z', parent = '0'] = read(pid, 'stat')
        .replace(/^.*\) /s, '')
        .split(' ');
      return { pid, state, parent: Number(parent) };
    })
    // A zombie is a process that nobody has asked after yet: it runs no more.
    .filter(({ state }) => state !== 'Z');
  const marked = new Set(
    all
      .filter(({ pid }) => read(pid, 'environ').split('\0').includes(mark) || folderOf(pid).startsWith(temp))
      .map(({ pid }) => pid),
  );
  for (let before = -1; before !== marked.size;) {
    before = marked.size;
    for (const { pid, parent } of all) if (marked.has(parent)) marked.add(pid);
  }
  return all
    .filter(({ pid }) => marked.has(pid))
    .map(({ pid, parent }) => {
      const command = read(pid, 'cmdline').replaceAll('\0', ' ').trim();
      return { pid, parent, command, role: roleOf(command) };
    });
}
