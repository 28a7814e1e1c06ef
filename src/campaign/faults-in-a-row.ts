/** After this many items in a row that ended in the same fault of the engine, the rest would end in it, too. */
export const hopeless = 2;

/** Counts items in a row that ended in the same fault of the engine. */
export class FaultsInARow {
  #last: string | undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /**
   * @param message of the fault; undefined: the item ended without one
   * @returns how many there are in a row
   */
  add(message: string | undefined): number {
    if (message === undefined) this.#count = 0;
    else this.#count = message === this.#last ? this.#count + 1 : 1;
    this.#last = message;
    return this.#count;
  }
}
