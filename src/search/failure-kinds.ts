/** The kind of failure to which shrinking keeps, and the failures of other kinds that it meets on the way. */
import { callCount } from '../core/scenario.ts';
import type { Acceptance } from './budget.ts';
import type { Failure } from '../lab/failure.ts';
import { failureKind, type FailureKind } from '../diagnosis/failure-kind.ts';
import type { Lab } from '../lab/lab.ts';

export interface OtherFailure {
  readonly kind: FailureKind;
  readonly failure: Failure;
}

export class FailureKinds {
  /** The first of each other kind, by key. */
  readonly others: Map<string, OtherFailure> = new Map();
  #kind: FailureKind | undefined;
  #hasSmaller = false;

  /** Adds a failure that is to be made smaller; the first one decides the kind. */
  async add(lab: Lab, failure: Failure): Promise<void> {
    if (this.#kind === undefined) this.#kind = await failureKind(lab, failure);
    else this.#hasSmaller = true;
  }

  /** For searches of smaller scenarios: they remember failures of other kinds, and go on. */
  acceptanceOn(lab: Lab): Acceptance {
    return async (failure, confirm) => {
      const kind = await failureKind(lab, failure);
      if (this.#kind === undefined || kind.key === this.#kind.key) return true;
      if (!this.others.has(kind.key) && (await confirm())) this.others.set(kind.key, { kind, failure });
      return false;
    };
  }

  /**
   * Selects the failure to report: this one, or a smaller one of another kind if there was none of its own. Then this one
   * counts as met on the way.
   */
  select(failure: Failure): Failure {
    const [other] = [...this.others.values()].sort(
      (a, b) => callCount(a.failure.scenario) - callCount(b.failure.scenario),
    );
    if (this.#hasSmaller || other === undefined || this.#kind === undefined) return failure;
    this.others.delete(other.kind.key);
    this.others.set(this.#kind.key, { kind: this.#kind, failure });
    this.#kind = other.kind;
    return other.failure;
  }
}
