/** Two executions of the same thing differ in something other than generated values. */
import type { Call } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { Judgement } from '../core/verdict.ts';

export class Uncontrolled extends Error {
  override readonly name = 'Uncontrolled';
  readonly first: string;
  readonly second: string;
  /** The operation that gave first one and then the other when run alone; undefined if a whole schedule did. */
  readonly call: Call | undefined;

  constructor(first: unknown, second: unknown, call?: Call) {
    super('two executions of the same thing differ');
    this.first = typeof first === 'string' ? first : canonicalText(first);
    this.second = typeof second === 'string' ? second : canonicalText(second);
    this.call = call;
  }
}

/**
 * The judgement if two executions of the same thing differ.
 *
 * @throws any other error
 */
export function variation(error: unknown): Judgement {
  if (!(error instanceof Uncontrolled)) throw error;
  const { call, first, second } = error;
  return { kind: 'undecided', reason: { kind: 'varies', call, first, second } };
}
