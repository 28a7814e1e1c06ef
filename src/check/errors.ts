/** The errors of a failing property: people read their messages. */
import type { Counterexample, Inconclusive } from '../core/result.ts';
import { formatCounterexample } from '../report/story.ts';
import { describeInconclusive } from '../report/verdict-line.ts';

/** Thrown by the property for a violation; its message is the story. */
export class LockstepViolation extends Error {
  override readonly name = 'LockstepViolation';
  readonly counterexample: Counterexample;

  constructor(counterexample: Counterexample) {
    super();
    this.counterexample = counterexample;
    // The story is the message; a stack of the engine's own frames would only hide it. The stack is replaced first, since
    // that makes Node format the old one, with the message of that time.
    defineLazily(this, 'stack', () => `${this.name}: ${this.message}`);
    // Every smaller scenario that fails while shrinking throws one, too, and nobody reads its message.
    defineLazily(this, 'message', () => `\n${formatCounterexample(counterexample)}`);
  }
}

/** Makes the value of a property when it is first read; from then on it is plain data. */
function defineLazily(error: Error, name: 'message' | 'stack', make: () => string): void {
  const define = (descriptor: PropertyDescriptor): void =>
    void Object.defineProperty(error, name, { configurable: true, enumerable: false, ...descriptor });
  const set = (value: string): string => {
    define({ value, writable: true });
    return value;
  };
  define({ get: () => set(make()), set });
}

/** The violation with its texts made: a copy to another thread carries only data. */
export function violationOf(counterexample: Counterexample): LockstepViolation {
  const violation = new LockstepViolation(counterexample);
  void violation.stack;
  return violation;
}

/** Thrown by the property if there is no verdict. It is never shrunk and never a pass. */
export class LockstepInconclusive extends Error {
  override readonly name = 'LockstepInconclusive';
  readonly inconclusive: Inconclusive;

  constructor(inconclusive: Inconclusive) {
    super(describeInconclusive(inconclusive));
    this.inconclusive = inconclusive;
    this.stack = `${this.name}: ${this.message}`;
  }
}
