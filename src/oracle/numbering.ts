/** Numbers for the generated values of one outcome: the same value has the same number wherever it occurs. */
import type { Name } from './text-pair.ts';
import { Uncontrolled } from './uncontrolled.ts';

export class Numbering {
  readonly #numbers = new Map<string, number>();
  readonly #twins = new Map<string, string>();
  readonly #backwards = new Map<string, string>();
  #size = 0;

  /** A number that no other value has. */
  next(): number {
    return this.#size++;
  }

  /** @throws Uncontrolled if values of the two executions do not correspond one-to-one */
  numberOf({ text, twin, unique = false }: Name): number {
    // Two sequences may give the same number; every other generated value is unique.
    if (unique || !/^\d+$/.test(text)) this.#pair(text, twin);
    const key = `${text} ${twin}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.next();
      this.#numbers.set(key, number);
    }
    return number;
  }

  #pair(text: string, twin: string): void {
    const known = this.#twins.get(text) ?? twin;
    const back = this.#backwards.get(twin) ?? text;
    if (known !== twin || back !== text)
      throw new Uncontrolled(`${text}, then ${twin}`, `${back}, then ${known}`);
    this.#twins.set(text, twin);
    this.#backwards.set(twin, text);
  }
}
