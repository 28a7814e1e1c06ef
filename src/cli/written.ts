/** What a run should have written: a file that cannot be written is reported, counted, and costs no verdict. */
import { explain } from './command.ts';
import type { Terminal } from './terminal.ts';

export class Written {
  readonly #terminal: Terminal;
  #missing = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Files that could not be written. */
  get missing(): number {
    return this.#missing;
  }

  /** What the writing gave; undefined if it failed. */
  try<T>(write: () => T): T | undefined {
    try {
      return write();
    } catch (error) {
      explain(error, this.#terminal);
      this.#missing += 1;
      return undefined;
    }
  }
}
