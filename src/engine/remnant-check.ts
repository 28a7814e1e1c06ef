/** Checks after an execution what its connections keep. */
import { textsOf, type History } from '../core/history.ts';
import type { Remnant } from '../core/remnant.ts';
import type { Database } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import { remnantsOf } from './remnants.ts';

/** Histories to remember: statements with values in their text are new every time. */
const maxKnown = 2_000;

export class RemnantCheck {
  /** By the texts of an execution's statements. */
  readonly #known = new Map<string, readonly Remnant[]>();
  readonly #database: Pick<Database, 'wouldWait'>;

  constructor(database: Pick<Database, 'wouldWait'>) {
    this.#database = database;
  }

  /** Whether an execution that sent the same statements was checked before. */
  knows(history: History): boolean {
    return this.#known.has(textsOf(history).join('\0'));
  }

  /** The database is asked once for the same statements: what they leave behind hardly depends on values. */
  async run(history: History, clients: readonly GatedClient[]): Promise<readonly Remnant[]> {
    const texts = textsOf(history).join('\0');
    const known = this.#known.get(texts);
    if (known !== undefined) return known;
    const found = await remnantsOf(clients, history, this.#database);
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(texts, found);
    return found;
  }
}
