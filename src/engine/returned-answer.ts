/** Turns what an operation returned into an answer: what its model compares of it, as plain data. */
import { Fault, messageOf } from '../core/fault.ts';
import type { Answer, Operation } from '../core/model.ts';
import { plain } from '../core/plain.ts';

/** @param end ends the execution if the value cannot be compared */
export function returnedAnswer(
  operation: string,
  value: unknown,
  compare: Operation['compare'] = (whole) => whole,
  end: { fail(fault: Fault): void },
): Answer {
  try {
    return { kind: 'returned', value: plain(compare(value)) };
  } catch (error) {
    end.fail(error instanceof Fault ? error : tooLarge(operation, error));
    return { kind: 'returned', value: undefined };
  }
}

function tooLarge(operation: string, error: unknown): Fault {
  return new Fault(`operation ${operation} returns a value too large to compare`, {
    code: 'result-too-large',
    kind: 'usage',
    detail: messageOf(error),
    hint: 'return only the values that a caller looks at: a few fields, a count',
  });
}
