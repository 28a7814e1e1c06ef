/**
 * Stops and continues backends of our own cluster with signals. A backend that waits for a lock sleeps and has nothing
 * that others need, so stopping it changes only the moment at which it wakes up.
 */
import { readFileSync } from 'node:fs';
import type { Stillness } from '../contract.ts';

/** Undefined on systems without SIGSTOP. */
export function stillness(): Stillness | undefined {
  if (process.platform === 'win32') return undefined;
  return {
    stop: (pids) => pids.forEach((pid) => signal(pid, 'SIGSTOP')),
    resume: (pids) => pids.forEach((pid) => signal(pid, 'SIGCONT')),
    isStopped,
  };
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended by itself: there is nothing left to stop.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Linux only. The state follows the command's name, which is in parentheses and may contain anything. */
function isStopped(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1)?.startsWith(' T') ?? false;
  } catch {
    return false;
  }
}
