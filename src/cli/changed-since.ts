/** `--changed-since`: the models whose code differs from that of another commit. */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { changedModels } from '../campaign/changed-models.ts';
import type { ModelFacts } from '../campaign/model-facts.ts';
import { Fault, messageOf } from '../core/fault.ts';
import { count } from '../report/text.ts';
import { findModels, type Command } from './command.ts';
import { git } from './git.ts';
import type { Terminal } from './terminal.ts';

/**
 * The models of the requested files; with `--changed-since` those that changed, which may be none.
 *
 * @throws Fault `no-such-commit`, and those of `findModels`
 */
export async function wantedModels(command: Command): Promise<readonly ModelFacts[]> {
  const found = await findModels(command);
  const { changedSince } = command.settings;
  return changedSince === undefined ? found : modelsChangedSince(changedSince, found, command.terminal);
}

/**
 * The models that changed since the work left a commit's branch, in the working folder as it is now, with files that git does
 * not know yet.
 *
 * @throws Fault `no-such-commit`
 */
async function modelsChangedSince(
  ref: string,
  models: readonly ModelFacts[],
  terminal: Pick<Terminal, 'err'>,
): Promise<readonly ModelFacts[]> {
  const found = await changedModels(models, await filesChangedSince(ref));
  const all = count(models.length, 'model');
  terminal.err(
    found.everything === undefined
      ? `${found.models.length} of ${all} changed since ${ref}`
      : `${found.everything} changed since ${ref}, so each model counts as changed`,
  );
  return found.models;
}

async function filesChangedSince(ref: string): Promise<readonly string[]> {
  try {
    const root = (await git('rev-parse', '--show-toplevel')).replace(/\n$/, '');
    const commit = (await git('rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`)).trim();
    const base = (await git('merge-base', commit, 'HEAD')).trim();
    const tracked = await git('diff', '--name-only', '-z', '--no-renames', '--no-relative', base);
    const unknown = await git('-C', root, 'ls-files', '-z', '--others', '--exclude-standard');
    const names = `${tracked}${unknown}`.split('\0').filter((name) => name !== '');
    return names.map((name) => join(realpathSync(root), name));
  } catch (error) {
    throw new Fault(`cannot tell what changed since ${ref}`, {
      code: 'no-such-commit',
      kind: 'usage',
      detail: messageOf(error) || 'the two have no commit in common here',
      hint: 'in CI, check out the whole history (fetch-depth: 0); else name a commit or a branch that git knows',
      cause: error,
    });
  }
}
