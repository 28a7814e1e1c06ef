/** Questions to git about the working folder. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** A large monorepo has some thousand changed files. */
const maxOutput = 64 * 1024 * 1024;

/** The output of a git command. @throws Error with what git says */
export async function git(...args: readonly string[]): Promise<string> {
  try {
    return (await run('git', args, { maxBuffer: maxOutput })).stdout;
  } catch (error) {
    const { stderr, code } = error as { readonly stderr?: string; readonly code?: unknown };
    if (code === 'ENOENT') throw new Error('there is no git on this machine', { cause: error });
    throw new Error(stderr?.trim() || String(error), { cause: error });
  }
}

/** The commit that is checked out; undefined outside a checkout. */
export async function headCommit(): Promise<string | undefined> {
  try {
    return (await git('rev-parse', 'HEAD')).trim();
  } catch {
    return undefined;
  }
}
