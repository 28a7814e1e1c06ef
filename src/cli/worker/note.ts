/**
 * The note: which operation was begun last, written where the command can read it although this process is busy.
 * It is a plain file without a name; writing to it takes a few microseconds and waits for nobody.
 */
import { writeSync } from 'node:fs';
import { modelId, type Model } from '../../core/model.ts';
import { noteDescriptor, noteLength } from './messages.ts';

const buffer = Buffer.alloc(noteLength, ' ');
let last = '';

export function note(text: string): void {
  if (text === last) return;
  last = text;
  buffer.fill(' ');
  buffer.write(text);
  try {
    writeSync(noteDescriptor, buffer, 0, noteLength, 0);
  } catch {
    // Started by hand, without the descriptor: then nobody reads it.
  }
}

/** The same model, whose operations are noted as they begin. */
export function noting(model: Model): Model {
  const id = modelId(model);
  const operations = Object.entries(model.operations).map(([name, operation]) => {
    const text = `operation ${name} of ${id}`;
    const run: typeof operation.run = (session, ...args: unknown[]) => {
      note(text);
      return operation.run(session, ...args);
    };
    return [name, { ...operation, run }];
  });
  return { ...model, operations: Object.fromEntries(operations) };
}
