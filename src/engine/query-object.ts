/** A query object sends itself (a cursor, a stream, COPY), so it cannot be held back as a statement. */
import { Fault } from '../core/fault.ts';

export function queryObjectFault(operation: string, text: string): Fault {
  return new Fault(`operation ${operation} sends a query object of its own`, {
    code: 'query-object',
    kind: 'usage',
    detail: text,
    hint: 'objects with their own submit() (cursors, streams, COPY) cannot be held back yet: send the statement as text',
  });
}
