/** A mistake of the code under test: it goes on to use the database when its execution is over. */
import { Fault } from '../core/fault.ts';
import type { Call } from '../core/model.ts';

/** @param calls of the execution; empty if it was a program of the model's `clients` */
export function lateUse(calls: readonly Call[], text: string): Fault {
  const names = [...new Set(calls.map(({ operation }) => operation))].join(' or ');
  const options = { code: 'client-kept', kind: 'usage', detail: `it was to send: ${text}` } as const;
  return calls.length > 0
    ? new Fault(`operation ${names} uses a client after its execution is over`, {
        ...options,
        hint: 'end timers with the operation that started them, and take session.client or session.pool again in each operation',
      })
    : new Fault('a program uses the database while no operation of it is under way', {
        ...options,
        hint: 'answer a call when everything is done, and run no jobs in the background',
      });
}
