/** Programs of several kinds for one session: each operation goes to the one that takes it. */
import type { ClientPlace, Clients, HttpRequest, RunningClient } from '../../core/clients.ts';

/**
 * A session gets a program of each kind. Operations with a `request` go to the service, the others to the worker process.
 *
 * @example
 * defineModel({ clients: several(http({ ... }), processes({ ... })), operations: { ... } })
 */
export function several(service: Clients, worker: Clients): Clients {
  return {
    kind: 'processes',
    start: async (place: ClientPlace) => {
      const starting = [service.start(place), worker.start(place)] as const;
      try {
        return new Several(...(await Promise.all(starting)));
      } catch (error) {
        const started = await Promise.allSettled(starting);
        for (const each of started) if (each.status === 'fulfilled') await each.value.kill();
        throw error;
      }
    },
  };
}

class Several implements RunningClient {
  readonly #service: RunningClient;
  readonly #worker: RunningClient;

  constructor(service: RunningClient, worker: RunningClient) {
    this.#service = service;
    this.#worker = worker;
  }

  get #both(): readonly RunningClient[] {
    return [this.#service, this.#worker];
  }

  get isAlive(): boolean {
    return this.#both.every(({ isAlive }) => isAlive);
  }

  get lastLines(): string {
    return this.#both
      .map(({ lastLines }) => lastLines)
      .filter((lines) => lines !== '')
      .join('\n');
  }

  call(operation: string, args: readonly unknown[], request: HttpRequest | undefined): Promise<unknown> {
    return (request === undefined ? this.#worker : this.#service).call(operation, args, request);
  }

  async reset(): Promise<void> {
    for (const client of this.#both) await client.reset();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#both.map((client) => client.stop()));
  }

  async kill(): Promise<void> {
    await Promise.all(this.#both.map((client) => client.kill()));
  }

  keepAlive(on: boolean): void {
    for (const client of this.#both) client.keepAlive(on);
  }
}
