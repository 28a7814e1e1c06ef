/** Notes which operation was begun last, for whoever watches over a process that may be kept busy for ever. */
import { withOperations } from './define-model.ts';
import { modelId, type Model } from './model.ts';

/** The same model, whose operations are noted as they begin. */
export function noting(model: Model, note: (text: string) => void): Model {
  const id = modelId(model);
  const operations = Object.entries(model.operations).map(([name, operation]) => {
    const text = `operation ${name} of ${id}`;
    const run: typeof operation.run = (session, ...args: unknown[]) => {
      note(text);
      return operation.run(session, ...args);
    };
    return [name, { ...operation, run }];
  });
  return withOperations(model, Object.fromEntries(operations));
}
