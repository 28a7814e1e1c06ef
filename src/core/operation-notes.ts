/** Notes of the operation that began last, for a watch over a process that an operation may keep busy for ever. */
import { withOperations } from './define-model.ts';
import { modelId, type Model } from './model.ts';

/** The same model, which notes each operation as it begins. */
export function withOperationNotes(model: Model, note: (text: string) => void): Model {
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
