/**
 * The cells of the soak: each mended model, of the repository and of this folder, at the levels at which it
 * must hold.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isModel, isolationLevels, modelId, type IsolationLevel, type Model } from 'pg-lockstep';

export interface Cell {
  readonly model: Model;
  readonly isolation: IsolationLevel;
}

/** The same in every process: by model and level. */
export async function allCells(): Promise<readonly Cell[]> {
  const folders = [new URL('../../models/', import.meta.url), new URL('models/', import.meta.url)];
  const files = folders.flatMap((folder) =>
    readdirSync(fileURLToPath(folder))
      .filter((name) => name.endsWith('.ts'))
      .toSorted()
      .map((name) => new URL(name, folder).href),
  );
  const modules = await Promise.all(files.map((file) => import(file) as Promise<Record<string, unknown>>));
  const models = modules.flatMap((module) => Object.values(module).flat()).filter(isModel);
  return models
    .filter(({ kind }) => kind === 'mended')
    .flatMap((model) =>
      isolationLevels
        .filter((level) => model.expected?.[level] === 'holds')
        .map((isolation) => ({ model, isolation })),
    );
}

export function nameOf({ model, isolation }: Cell): string {
  return `${modelId(model)} at ${isolation}`;
}
