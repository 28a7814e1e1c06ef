/** What executions leave besides rows: what their connections keep, and a schema that is another one by now. */
import { textsOf } from '../core/history.ts';
import type { Capabilities } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import { keptBy, type Kept } from './kept.ts';
import type { Plan } from './plan.ts';
import type { ExecutionRecord } from './record.ts';
import { SchemaGuard } from './schema-guard.ts';

/** Statements with their values in the text are new ones every time. */
const maxNoticed = 2_000;

export class Leavings {
  /** What was noticed after executions, by the texts of their statements. */
  readonly #noticed = new Map<string, readonly Kept[]>();
  readonly #schema: SchemaGuard;
  readonly #capabilities: Capabilities;
  /** The schema is another one by now: nothing that is run here can be judged. */
  #spoiled: unknown;

  constructor(schema: SchemaGuard, capabilities: Capabilities) {
    this.#schema = schema;
    this.#capabilities = capabilities;
  }

  /**
   * Statements are asked about once: what they keep, and whether they change the schema, hardly depends on values.
   *
   * @throws Fault `schema-changed`
   */
  async notice(
    { history }: ExecutionRecord,
    { sessions, noticeKept }: Plan,
    clients: readonly GatedClient[],
  ): Promise<readonly Kept[]> {
    if (this.#spoiled !== undefined) throw this.#spoiled;
    const texts = textsOf(history).join('\0');
    const known = this.#noticed.get(texts);
    if (known !== undefined || (noticeKept !== true && !SchemaGuard.suspects(history))) return known ?? [];
    const kept = await keptBy(clients, history);
    // On one shared backend a transaction that was left open would take the question in.
    const { concurrentTransactions } = this.#capabilities;
    if (concurrentTransactions || !clients.some(({ inTransaction }) => inTransaction)) {
      await this.#schema.check(history, sessions).catch((error: unknown) => {
        this.#spoiled = error;
        throw error;
      });
    }
    if (this.#noticed.size >= maxNoticed) this.#noticed.clear();
    this.#noticed.set(texts, kept);
    return kept;
  }
}
