/** Takes what a model's functions send on connections that they open themselves: it passes at once. */
import type { IsolationLevel } from '../core/isolation.ts';
import type { Database } from '../driver/contract.ts';
import { GatedClient } from '../driver/gated-client.ts';
import { sayGoodbye } from '../driver/goodbye.ts';
import { changesTables } from '../source/session-state.ts';
import { runHosted } from './outside.ts';
import { PassingHost } from './passing-host.ts';

export class ApplicationHost {
  readonly #passing: PassingHost;
  /** Functions of the model that are under way. */
  #running = 0;
  #unasked: string | undefined;

  private constructor(database: Database, newClient: () => GatedClient, first: GatedClient) {
    this.#passing = new PassingHost({
      parameters: () => first.parameters,
      newClient,
      cancel: (pids) => database.cancel(pids),
      passes: (text) => {
        if (this.#running === 0 && changesTables(text)) this.#unasked ??= text;
      },
    });
  }

  static async open(database: Database, isolation: IsolationLevel): Promise<ApplicationHost> {
    const role = { kind: 'session', isolation } as const;
    const newClient = (): GatedClient =>
      new GatedClient(database.clientConfig(role), database.settings(role));
    const first = newClient();
    await first.open();
    await sayGoodbye(first);
    return new ApplicationHost(database, newClient, first);
  }

  /** The first statement that changed something while no function of the model was under way. */
  get unasked(): string | undefined {
    return this.#unasked;
  }

  /** Runs one of the model's functions, and what it began without awaiting it. */
  async run<T>(code: () => T): Promise<Awaited<T>> {
    this.#running += 1;
    try {
      const result = await runHosted(this.#passing, async () => code());
      await this.#passing.rest();
      return result;
    } finally {
      this.#running -= 1;
    }
  }

  close(): Promise<void> {
    return this.#passing.close();
  }
}
