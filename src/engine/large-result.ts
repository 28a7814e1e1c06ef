/** A mistake in a model: an operation returns more than can be compared. */
import { Fault, messageOf } from '../core/fault.ts';

export function tooLarge(operation: string, error: unknown): Fault {
  return new Fault(`operation ${operation} returns a value too large to compare`, {
    code: 'result-too-large',
    kind: 'usage',
    detail: messageOf(error),
    hint: 'return only the values that a caller looks at: a few fields, a count',
  });
}
