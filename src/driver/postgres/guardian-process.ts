/** Starts the guardian's program with plain node. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { guardianScript } from './guardian-script.ts';
import type { GuardianJob } from './guardian-script.ts';

export function runGuardian(job: GuardianJob): ChildProcess {
  return spawn(process.execPath, ['-e', guardianScript, JSON.stringify(job)], {
    // In a process group of its own, or Ctrl-C would end it before it has cleaned up.
    detached: true,
    cwd: '/',
    env: quietEnvironment(),
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
}

/** Our environment without variables that make node load, inspect or measure something, or that Postgres reads. */
function quietEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(NODE_|PG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}
