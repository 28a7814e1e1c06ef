/** The one fault of this folder: a counterexample that the wanted form has no words for. */
import { Fault } from '../core/fault.ts';

export function cannotExport(detail: string, hint?: string): Fault {
  return new Fault('this race cannot be exported in this form', {
    code: 'cannot-export',
    kind: 'usage',
    detail,
    hint,
  });
}
