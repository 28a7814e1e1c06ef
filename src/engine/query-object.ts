/** A query object sends itself (a cursor, a stream, COPY), so it cannot be held back as a statement. */
import { Fault } from '../core/fault.ts';

export function queryObjectFault(operation: string, text: string): Fault {
  return new Fault(`operation ${operation} sends a query object of its own`, {
    code: 'query-object',
    kind: 'usage',
    detail: text,
    hint: 'on session.client, objects with their own submit() (cursors, streams, COPY) cannot be held back: let the code open its own client or pool, which leads to the same database',
  });
}
