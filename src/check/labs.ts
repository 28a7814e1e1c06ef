/** The labs of one check, one for each lane: opened when they are needed, and used by one search at a time. */
import { Lab } from './lab.ts';

interface LabRequest {
  /** The only lab that will do; undefined if any will. */
  readonly home: Lab | undefined;
  readonly take: (lab: Lab) => void;
}

export class Labs {
  readonly #open: () => Promise<Lab>;
  readonly #max: number;
  readonly #opened: Promise<Lab>[] = [];
  /** Opened and used by nobody; the first one is taken first. */
  readonly #idle: Lab[] = [];
  readonly #waiting: LabRequest[] = [];

  /** @param max labs at most, from 1 */
  constructor(open: () => Promise<Lab>, max: number) {
    this.#open = open;
    this.#max = max;
  }

  /** The lab that is there whatever happens. Not to be used while a search is under way. */
  first(): Promise<Lab> {
    return this.#opened[0] ?? this.#openOne(true);
  }

  all(): Promise<readonly Lab[]> {
    return Promise.all(this.#opened);
  }

  /**
   * Runs a search in a lab of its own; while it runs, the lab keeps the process alive.
   *
   * @param home the lab where the search began: what it has learned means something only there. Default: any
   */
  async use<T>(search: (lab: Lab) => Promise<T>, home?: Lab): Promise<T> {
    const lab = await this.#take(home);
    lab.keepAlive(true);
    try {
      return await search(lab);
    } finally {
      lab.keepAlive(false);
      const index = this.#waiting.findIndex((waiting) => (waiting.home ?? lab) === lab);
      const [next] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (next === undefined) this.#idle.push(lab);
      else next.take(lab);
    }
  }

  async #take(home: Lab | undefined): Promise<Lab> {
    const preferred = home ?? (await this.first());
    const index = this.#idle.indexOf(preferred);
    if (index >= 0 || (home === undefined && this.#idle.length > 0)) {
      const [idle] = this.#idle.splice(Math.max(index, 0), 1);
      if (idle !== undefined) return idle;
    }
    if (home === undefined && this.#opened.length < this.#max) return this.#openOne(false);
    return new Promise((resolve) => {
      this.#waiting.push({ home, take: resolve });
    });
  }

  #openOne(toIdle: boolean): Promise<Lab> {
    // One after another: databases are made over one connection.
    const before = this.#opened.at(-1);
    const opening = before === undefined ? this.#open() : before.then(() => this.#open());
    this.#opened.push(opening);
    // Whoever opened it waits for it and hears why it cannot be had.
    opening.then((lab) => (toIdle ? this.#idle.push(lab) : undefined)).catch(() => {});
    return opening;
  }

  async close(): Promise<void> {
    const labs = await Promise.allSettled(this.#opened);
    for (const lab of labs) if (lab.status === 'fulfilled') await lab.value.close();
  }
}
