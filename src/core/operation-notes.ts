/** Notes of the operation that began last, for a watch over a process that an operation may keep busy for ever. */
import { withOperations } from './define-model.ts';
import { modelId, type Model } from './model.ts';

/** The same model, which notes each operation as it begins. */
export function withOperationNotes(model: Model, note: (text: string) => void): Model {
  const id = modelId(model);
  const operations = Object.entries(model.operations).map(([name, operation]) => {
    const text = `operation ${name} of ${id}`;
    const { run } = operation;
    // It runs in another program, which cannot keep this process busy.
    if (run === undefined) return [name, operation];
    const noted: typeof run = (session, ...args: unknown[]) => {
      note(text);
      return run(session, ...args);
    };
    return [name, { ...operation, run: noted }];
  });
  return withOperations(model, Object.fromEntries(operations));
}
