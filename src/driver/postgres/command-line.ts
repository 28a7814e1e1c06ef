/** The command line of a process; empty if it does not run (any more) or is a zombie. Not for Windows. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

export async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
  }
  return new Promise((done) =>
    execFile('ps', ['-ww', '-o', 'command=', '-p', String(pid)], (_error, stdout) => done(stdout)),
  );
}
