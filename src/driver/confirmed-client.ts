/** A client that connects once, for the engine or for the code under test, and confirms that it has its settings. */
import type pg from 'pg';
import { Fault } from '../core/fault.ts';
import { droppedSettings } from './dropped-settings.ts';
import { WireClient } from './wire-client.ts';

export class ConfirmedClient extends WireClient {
  /** The server's refusal to connect, whether the engine or the code under test asked. */
  refusal: unknown;
  protected readonly startSettings: Readonly<Record<string, string>>;
  #connected: Promise<unknown> | undefined;
  #isOpen = false;

  /** @param settings the values that `current_setting` must give; the connection is refused otherwise */
  constructor(config: pg.ClientConfig, settings: Readonly<Record<string, string>> = {}) {
    super(config);
    this.startSettings = settings;
  }

  /** Whether it is connected and has its settings. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Connects past every gate. Once connected it costs nothing. */
  open(): Promise<unknown> {
    this.#connected ??= this.#confirmed().catch((error: unknown) => {
      if (!(error instanceof Fault)) this.refusal = error;
      throw error;
    });
    return this.#connected;
  }

  /** Settings travel as startup options, which a pooler may drop: the run would then be at another level. */
  async #confirmed(): Promise<void> {
    await super.connect();
    const fault = await droppedSettings((text, values) => super.query(text, values), this.startSettings);
    this.takeEvidence();
    if (fault === undefined) {
      this.#isOpen = true;
      return;
    }
    this.broken = true;
    await super.end();
    throw fault;
  }
}
