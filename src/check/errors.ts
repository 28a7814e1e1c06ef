/** What a failing property throws: its message is what a person reads. */
import type { Counterexample, Inconclusive } from '../core/result.ts';
import { formatCounterexample } from '../report/story.ts';
import { describeInconclusive } from '../report/verdict-line.ts';

/** Thrown by the property where a violation was found; its message is the story. */
export class LockstepViolation extends Error {
  override readonly name = 'LockstepViolation';
  readonly counterexample: Counterexample;

  constructor(counterexample: Counterexample) {
    super(`\n${formatCounterexample(counterexample)}`);
    this.counterexample = counterexample;
    // The story is the message; a stack of the engine's own frames would only hide it.
    this.stack = `${this.name}: ${this.message}`;
  }
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
