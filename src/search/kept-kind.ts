/** The kind of failure that shrinking keeps to, and the failures of other kinds that it meets on the way. */
import { callCount } from '../core/scenario.ts';
import type { Acceptance } from './budget.ts';
import type { Failure } from '../lab/failure.ts';
import { failureKind, type FailureKind } from '../diagnosis/failure-kind.ts';
import type { Lab } from '../lab/lab.ts';

export interface OtherFailure {
  readonly kind: FailureKind;
  readonly failure: Failure;
}

export class KeptKind {
  /** The first of each other kind, by key. */
  readonly others: Map<string, OtherFailure> = new Map();
  #kind: FailureKind | undefined;
  #isKept = false;

  /** A failure that is to be made smaller: the first one says which kind is kept. */
  async found(lab: Lab, failure: Failure): Promise<void> {
    if (this.#kind === undefined) this.#kind = await failureKind(lab, failure);
    else this.#isKept = true;
  }

  /** For searches of smaller scenarios: failures of other kinds are remembered, and the search goes on. */
  on(lab: Lab): Acceptance {
    return async (failure, confirm) => {
      const kind = await failureKind(lab, failure);
      if (this.#kind === undefined || kind.key === this.#kind.key) return true;
      if (!this.others.has(kind.key) && (await confirm())) this.others.set(kind.key, { kind, failure });
      return false;
    };
  }

  /**
   * The failure to report. If there was no smaller one of its kind, but one of another, then that one: the first is then
   * what was met on the way.
   */
  settle(failure: Failure): Failure {
    const [other] = [...this.others.values()].sort(
      (a, b) => callCount(a.failure.scenario) - callCount(b.failure.scenario),
    );
    if (this.#isKept || other === undefined || this.#kind === undefined) return failure;
    this.others.delete(other.kind.key);
    this.others.set(this.#kind.key, { kind: this.#kind, failure });
    this.#kind = other.kind;
    return other.failure;
  }
}
