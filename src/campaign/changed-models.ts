/**
 * Which models changed, by the names of changed files: a model counts if its own file changed, or one that it imports, however
 * far away. Files that it reads at run time, imports by a computed name and the database itself are not seen. If the project's
 * packages or settings changed, every model counts, since nobody can tell which one that concerns.
 */
import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sourceOf } from '../certify/source.ts';
import type { ModelFacts } from './model-facts.ts';

export interface ChangedModels {
  readonly models: readonly ModelFacts[];
  /** The file because of which every model counts; undefined: there is none. */
  readonly everything: string | undefined;
}

/** Packages and their versions, the compiler's settings, and this tool's. */
const forEverything =
  /^(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|tsconfig.*\.json|lockstep\.config\.\w+)$/;

/** @param changed absolute paths, without links */
export async function changedModels(
  models: readonly ModelFacts[],
  changed: readonly string[],
): Promise<ChangedModels> {
  const everything = changed.find((file) => forEverything.test(basename(file)));
  if (everything !== undefined) return { models, everything };
  const names = new Set(changed);
  const verdicts = new Map<string, boolean>();
  for (const { absolute } of models) {
    if (!verdicts.has(absolute)) verdicts.set(absolute, await isChanged(absolute, names));
  }
  return { models: models.filter(({ absolute }) => verdicts.get(absolute) === true), everything };
}

async function isChanged(file: string, changed: ReadonlySet<string>): Promise<boolean> {
  try {
    const { files } = await sourceOf(file, '');
    const folder = dirname(realpathSync(file));
    return files.some(({ name }) => changed.has(join(folder, name)));
  } catch {
    // It cannot be followed, so it may have changed: one check too many costs less than one too few.
    return true;
  }
}
