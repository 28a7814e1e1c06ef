/**
 * Remembers in which situations a statement waited, so that the database is asked at once if a wait is likely. It
 * decides only when to ask; conclusions come from the database's answer alone.
 */
export class WaitMemory {
  readonly #waited = new Set<string>();

  /** Whether the statement waited when others had last done the same before it. */
  expects(situation: string): boolean {
    return this.#waited.has(situation);
  }

  learn(situation: string, waited: boolean): void {
    if (!waited) this.#waited.delete(situation);
    // Forgetting costs a millisecond for each wait; remembering for ever would cost memory in long runs.
    else if (this.#waited.size < maxSituations) this.#waited.add(situation);
    else this.#waited.clear();
  }
}

const maxSituations = 5_000;
