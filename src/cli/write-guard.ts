/** Writes the files of a run: one that cannot be written is reported and counted, and costs no verdict. */
import { explain } from './command.ts';
import type { Terminal } from './terminal.ts';

export class WriteGuard {
  readonly #terminal: Terminal;
  #failed = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** The number of files that could not be written. */
  get failed(): number {
    return this.#failed;
  }

  /** @returns the value of `write`; undefined if it failed */
  try<T>(write: () => T): T | undefined {
    try {
      return write();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** Something could not be written. */
  add(error: unknown): void {
    explain(error, this.#terminal);
    this.#failed += 1;
  }
}
