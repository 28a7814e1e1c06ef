/** The models that a file of the user exports; each file is imported once. */
import { isModel } from '../../core/define-model.ts';
import { Fault } from '../../core/fault.ts';
import { modelId, type Model } from '../../core/model.ts';
import { importFile } from './import-file.ts';

const loaded = new Map<string, Promise<readonly Model[]>>();
/** By which name a file exports a model. */
const exportNames = new WeakMap<Model, string>();

/** @throws Fault `does-not-parse`, `does-not-load`, `same-model-twice`, or of `defineModel` */
export function modelsIn(absolute: string, name: string): Promise<readonly Model[]> {
  let models = loaded.get(absolute);
  if (models === undefined) {
    models = importFile(absolute, name).then((module) => {
      for (const [name, value] of Object.entries(module)) if (isModel(value)) exportNames.set(value, name);
      const all = [...new Set(Object.values(module).flat())].filter(isModel);
      const ids = all.map(modelId);
      const twice = ids.find((id, index) => ids.indexOf(id) !== index);
      if (twice === undefined) return all;
      throw new Fault(`${name} exports two models named ${twice}`, {
        code: 'same-model-twice',
        kind: 'usage',
        hint: 'give each a `variant` of its own',
      });
    });
    loaded.set(absolute, models);
  }
  return models;
}

/** The export that is the model itself, in the file that was loaded; undefined if it is in an exported list. */
export function exportOf(model: Model): string | undefined {
  return exportNames.get(model);
}
