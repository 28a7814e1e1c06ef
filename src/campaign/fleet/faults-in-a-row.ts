/** Counts jobs in a row that ended in the same fault of the engine. */
export class FaultsInARow {
  #last: string | undefined;
  #count = 0;

  /**
   * @param message of the fault; undefined: the job ended without one
   * @returns how many there are in a row
   */
  add(message: string | undefined): number {
    if (message === undefined) this.#count = 0;
    else this.#count = message === this.#last ? this.#count + 1 : 1;
    this.#last = message;
    return this.#count;
  }
}
