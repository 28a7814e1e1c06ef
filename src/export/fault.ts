/** The only fault of this folder: the requested form cannot express the counterexample. */
import { Fault } from '../core/fault.ts';

export function cannotExport(detail: string, hint?: string): Fault {
  return new Fault('this race cannot be exported in this form', {
    code: 'cannot-export',
    kind: 'usage',
    detail,
    hint,
  });
}
