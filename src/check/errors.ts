/** What a failing property throws: its message is what a person reads. */
import type { Counterexample, Inconclusive } from '../core/result.ts';
import { formatCounterexample } from '../report/story.ts';
import { describeInconclusive } from '../report/verdict-line.ts';

/** Thrown by the property where a violation was found; its message is the story. */
export class LockstepViolation extends Error {
  override readonly name = 'LockstepViolation';
  readonly counterexample: Counterexample;

  constructor(counterexample: Counterexample) {
    super();
    this.counterexample = counterexample;
    // The story is the message; a stack of the engine's own frames would only hide it. It comes first: replacing the stack
    // makes Node format the old one, with the message of that time.
    lazily(this, 'stack', () => `${this.name}: ${this.message}`);
    // Every smaller scenario that fails while shrinking throws one too, and nobody reads what it says.
    lazily(this, 'message', () => `\n${formatCounterexample(counterexample)}`);
  }
}

/** A property that is made when it is first read, and is plain data from then on. */
function lazily(error: Error, name: 'message' | 'stack', make: () => string): void {
  const define = (descriptor: PropertyDescriptor): void =>
    void Object.defineProperty(error, name, { configurable: true, enumerable: false, ...descriptor });
  const set = (value: string): string => {
    define({ value, writable: true });
    return value;
  };
  define({ get: () => set(make()), set });
}

/** The violation, for whoever it is finally thrown to: a copy to another thread carries only data. */
export function violationOf(counterexample: Counterexample): LockstepViolation {
  const violation = new LockstepViolation(counterexample);
  void violation.stack;
  return violation;
}

/** Thrown by the property where there is no verdict. It is never shrunk and never a pass. */
export class LockstepInconclusive extends Error {
  override readonly name = 'LockstepInconclusive';
  readonly inconclusive: Inconclusive;

  constructor(inconclusive: Inconclusive) {
    super(describeInconclusive(inconclusive));
    this.inconclusive = inconclusive;
    this.stack = `${this.name}: ${this.message}`;
  }
}
