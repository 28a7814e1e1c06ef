/** A mistake that could reach a user's data: the code under test holds a connection that was opened before the check began. */
import { Fault } from '../core/fault.ts';

/** @param address where the connection goes */
export function foreignConnectionFault(operation: string, address: string): Fault {
  return new Fault(`operation ${operation} uses a connection that was opened before the check began`, {
    code: 'foreign-connection',
    kind: 'usage',
    detail: `it goes to ${address}, and nothing was sent there`,
    hint: 'open connections in `setup` of the model or in its operations: those reach the database of the check',
  });
}
