/** Whether a failure that was judged by what was learned alone is confirmed: found out when it is asked, once. */
import type { Inconclusive } from '../core/result.ts';

export class Confirmation {
  readonly #confirm: () => Promise<boolean | Inconclusive>;
  #answer: boolean | Inconclusive | undefined;

  /** @param confirm true, false for what is no failure after all, or why that cannot be said */
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
