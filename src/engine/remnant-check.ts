/** Checks after an execution what it left besides rows: what its connections keep, and a changed schema. */
import { textsOf } from '../core/history.ts';
import type { Remnant } from '../core/remnant.ts';
import type { Capabilities } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import type { ExecutionSetup } from './execution-setup.ts';
import type { ExecutionRecord } from './record.ts';
import { remnantsOf } from './remnants.ts';
import { SchemaGuard } from './schema-guard.ts';

/** Histories to remember: statements with values in their text are new every time. */
const maxKnown = 2_000;

export class RemnantCheck {
  /** By the texts of an execution's statements. */
  readonly #known = new Map<string, readonly Remnant[]>();
  readonly #schema: SchemaGuard;
  readonly #capabilities: Capabilities;
  /** Set once an operation changed the schema: nothing that runs here afterwards can be judged. */
  #spoiled: unknown;

  constructor(schema: SchemaGuard, capabilities: Capabilities) {
    this.#schema = schema;
    this.#capabilities = capabilities;
  }

  /**
   * The database is asked once for the same statements: what they leave behind hardly depends on values.
   *
   * @throws Fault `schema-changed`
   */
  async run(
    { history }: ExecutionRecord,
    { sessions, checkRemnants }: ExecutionSetup,
    clients: readonly GatedClient[],
  ): Promise<readonly Remnant[]> {
    if (this.#spoiled !== undefined) throw this.#spoiled;
    const texts = textsOf(history).join('\0');
    const known = this.#known.get(texts);
    if (known !== undefined || (checkRemnants !== true && !SchemaGuard.suspects(history))) return known ?? [];
    const found = await remnantsOf(clients, history);
    // On one shared backend the query would run inside a transaction that was left open.
    const { concurrentTransactions } = this.#capabilities;
    if (concurrentTransactions || !clients.some(({ inTransaction }) => inTransaction)) {
      await this.#schema.check(history, sessions).catch((error: unknown) => {
        this.#spoiled = error;
        throw error;
      });
    }
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(texts, found);
    return found;
  }
}
