/** A seat is one session's place for a program that runs its operations: its address, and the program that runs there. */
import type { ClientPlace, Clients, RunningClient } from '../core/clients.ts';
import type { Call, Operation } from '../core/model.ts';
import type { Request, StatementHost } from '../source/contract.ts';
import { Proxy } from '../source/proxy/proxy.ts';
import type { Handshakes } from './handshakes.ts';
import { PassingHost, type PassingHostParts } from './passing-host.ts';

export interface SeatParts {
  readonly clients: Clients;
  /** For what the program sends while no execution is under way. */
  readonly passing: PassingHostParts;
  readonly handshakes: Handshakes;
}

export class Seat {
  readonly #in: SeatParts;
  readonly #place: ClientPlace;
  readonly #proxy: Proxy;
  #client: RunningClient | undefined;
  /** Takes what the program sends now. */
  #host: StatementHost | undefined;
  /** Set-ups of connections that its pool opened while no execution was under way: they wait for the next one. */
  readonly #kept: Request[] = [];
  /** Operations that the program has run by itself before its first schedule. */
  readonly warm: Set<string> = new Set();
  /** An operation leaves it so that it cannot be kept, and so each execution finds a new one. */
  isAlwaysNew = false;
  #calls = 0;
  /** The program is ended: what it keeps must not be seen by the next execution. */
  #left: Promise<void> | undefined;

  private constructor(parts: SeatParts, place: ClientPlace, proxy: Proxy) {
    this.#in = parts;
    this.#place = place;
    this.#proxy = proxy;
  }

  static async open(parts: SeatParts, session: number): Promise<Seat> {
    // Nobody connects before the program is started.
    let seat: Seat | undefined;
    const proxy = await Proxy.open(() => seat?.host);
    seat = new Seat(parts, { session, port: proxy.port }, proxy);
    return seat;
  }

  get host(): StatementHost | undefined {
    return this.#host;
  }

  /** A program that can take calls, and remembers nothing of the last execution. */
  async prepare(): Promise<void> {
    await this.#left;
    this.#left = undefined;
    if (this.#client?.isAlive === true) await this.#whilePassing(() => this.#client?.reset());
    else await this.#start();
  }

  async #start(): Promise<RunningClient> {
    await this.#client?.kill();
    this.warm.clear();
    this.#client = undefined;
    const client = await this.#whilePassing(() => this.#in.clients.start(this.#place));
    this.#client = client;
    return client;
  }

  /** What the program sends meanwhile goes to the database at once; afterwards only an execution lets it send anything. */
  async #whilePassing<T>(work: () => Promise<T> | undefined): Promise<T> {
    const before = this.#host;
    const passing = new PassingHost({
      ...this.#in.passing,
      keeps: (request) => this.keeps(request),
      opened: (connection) => this.#in.handshakes.learnOpening(connection),
    });
    this.serve(passing);
    try {
      return (await work()) as T;
    } finally {
      this.#host = before ?? passing;
      await passing.close();
    }
  }

  /** From now on the host takes what the program sends. */
  serve(host: StatementHost): void {
    this.#host = host;
    for (const request of this.#kept.splice(0)) if (!request.connection.isClosed) host.accept(request);
  }

  /** Whether a request that came when its host was over is one that can wait for the next host. */
  keeps(request: Request): boolean {
    const keeps = this.#in.handshakes.canWait(request.connection, request.unit);
    if (keeps) this.#kept.push(request);
    return keeps;
  }

  /** @throws ClientExit, Fault, or the error of the code under test */
  async call({ operation, args }: Call, { request }: Operation): Promise<unknown> {
    this.#calls += 1;
    try {
      // It ended in an earlier operation of the execution, as a service does that its supervisor starts again.
      const client = this.#client?.isAlive === true ? this.#client : await this.#start();
      return await client.call(operation, args, request?.(...(structuredClone(args) as unknown[])));
    } finally {
      this.#calls -= 1;
    }
  }

  get lastLines(): string {
    return this.#client?.lastLines ?? '';
  }

  /**
   * The execution is over.
   *
   * @param clean whether the program's connections are as they were before it
   */
  leave(clean: boolean): void {
    if (!clean && this.#calls === 0) this.isAlwaysNew = true;
    if (!clean || this.#calls > 0) this.#left = this.#client?.kill();
  }

  keepAlive(on: boolean): void {
    this.#proxy.keepAlive(on);
    this.#client?.keepAlive(on);
  }

  async close(): Promise<void> {
    await this.#client?.stop();
    await this.#proxy.close();
  }
}
