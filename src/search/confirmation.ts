/** The confirmation of a failure that was judged only by operations run alone: made once, when first asked for. */
import type { Inconclusive } from '../core/result.ts';

export class Confirmation {
  readonly #confirm: () => Promise<boolean | Inconclusive>;
  #answer: boolean | Inconclusive | undefined;

  /** @param confirm true, false if it is no failure after all, or why there is no answer */
  constructor(confirm: () => Promise<boolean | Inconclusive>) {
    this.#confirm = confirm;
  }

  async holds(): Promise<boolean> {
    this.#answer ??= await this.#confirm();
    return this.#answer === true;
  }

  /** Why it could not be confirmed, if there was a reason. */
  get inconclusive(): Inconclusive | undefined {
    return typeof this.#answer === 'object' ? this.#answer : undefined;
  }
}
