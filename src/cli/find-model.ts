/** Finds the model of a replay line or a saved race. */
import { existsSync } from 'node:fs';
import { findFiles } from '../campaign/find-files.ts';
import type { ModelFacts } from '../campaign/model-facts.ts';
import { Fault } from '../core/fault.ts';
import { findModels, type Command } from './command.ts';

/**
 * @param where the file that defines the model, or the model's name: a failure in a test names the model, since it
 *   knows no file; then the model folders are searched
 * @param what the thing that names the model, for messages
 * @throws Fault `other-model`, `no-such-file`, or of a file that cannot be loaded
 */
export async function findModel(
  command: Command,
  where: string,
  id: string,
  what: 'replay line' | 'race',
): Promise<ModelFacts> {
  const byName = where === id && !existsSync(where);
  const models = byName ? await modelsAnywhere(command, id, what) : await modelsIn(command, where);
  const model = models.find((each) => each.id === id);
  if (model !== undefined) return model;
  const ids = models.map((each) => each.id);
  throw new Fault(
    `the ${what} is of model ${id}, which ${byName ? 'no model file' : where} ${byName ? 'exports' : 'does not export'}`,
    {
      code: 'other-model',
      kind: 'usage',
      detail: ids.length === 0 ? 'no model was found' : `found: ${ids.join(', ')}`,
      hint: `name the file that defines and exports ${id}`,
    },
  );
}

/** A name does not say which file, so the usual folders of models are searched. */
async function modelsAnywhere(command: Command, id: string, what: string): Promise<readonly ModelFacts[]> {
  try {
    return await findModels(command);
  } catch (error) {
    if (!(error instanceof Fault) || !['no-such-file', 'no-model'].includes(error.code)) throw error;
    throw new Fault(`the ${what} is of model ${id}, and nothing says which file defines that`, {
      code: 'other-model',
      kind: 'usage',
      detail: `${error.message}, which is searched when a name is given`,
      hint: `give the file that exports the model: lockstep replay FILE v1:...`,
    });
  }
}

async function modelsIn({ crew }: Command, where: string): Promise<readonly ModelFacts[]> {
  const [file] = findFiles([where]);
  if (file === undefined || !file.named) {
    throw new Fault(`${where} is not a file`, { code: 'no-such-file', kind: 'usage' });
  }
  return crew.ask({ kind: 'models', name: file.name, absolute: file.absolute });
}
