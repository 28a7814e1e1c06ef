/**
 * The backend is PGlite's one Postgres session, and the queue before it. Units run one at a time, in order of arrival.
 * An open transaction holds the backend: until it ends, only its own client's units run and all others wait. Two open
 * transactions in one session would be one transaction, with dirty reads that Postgres never shows.
 */
import { Fault, messageOf } from '../../core/fault.ts';

/** The part of PGlite that the backend needs. */
export interface WireEngine {
  execProtocolRawStream(
    message: Uint8Array,
    options: { syncToFs?: boolean; onRawData: (data: Uint8Array) => void },
  ): Promise<void>;
  isInTransaction(): boolean;
}

/** The sender of units: compared by identity only. */
export type Owner = object;

export interface Work {
  readonly owner: Owner;
  /** Called when its turn comes; undefined gives an empty reply. */
  readonly bytes: () => Buffer | undefined;
  /** Whether the client goes on with what this unit began, transaction or not (it ended with a Flush). */
  readonly unfinished?: boolean;
  readonly reply: (data: Buffer) => void;
  readonly fail: (reason: Fault) => void;
}

export class Backend {
  readonly #engine: WireEngine;
  #queue: Work[] = [];
  #holder: Owner | undefined;
  #running: Owner | undefined;
  #scheduled = false;
  #crash: Fault | undefined;

  constructor(engine: WireEngine) {
    this.#engine = engine;
  }

  /** The owner of the open transaction, or unfinished unit, that holds the backend. */
  get holder(): Owner | undefined {
    return this.#holder;
  }

  /** Whether the wasm program has ended; nothing can run any more. */
  get crashed(): boolean {
    return this.#crash !== undefined;
  }

  /** Whether this owner may have to undo something, for which others would wait. */
  isBusyWith(owner: Owner): boolean {
    return this.#holder === owner || this.#running === owner;
  }

  submit(work: Work): void {
    if (this.#crash !== undefined) {
      work.fail(this.#crash);
      return;
    }
    this.#queue.push(work);
    this.#schedule();
  }

  /** Forgets the owner's units that have not run yet. */
  withdraw(owner: Owner): void {
    this.#queue = this.#queue.filter((work) => work.owner !== owner);
  }

  /**
   * An immediate, not a microtask: replies arrive as from a socket, a client that queries in a loop does not starve the
   * timers, and a process with work stays alive.
   */
  #schedule(): void {
    if (this.#scheduled || this.#running !== undefined || this.#next() === undefined) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#runNext();
    });
  }

  #next(): Work | undefined {
    const holder = this.#holder;
    return holder === undefined ? this.#queue[0] : this.#queue.find((work) => work.owner === holder);
  }

  async #runNext(): Promise<void> {
    const work = this.#next();
    if (work === undefined) return;
    this.#queue.splice(this.#queue.indexOf(work), 1);
    this.#running = work.owner;
    let data: Buffer;
    try {
      data = await this.#run(work.bytes());
      this.#holder = work.unfinished === true || this.#engine.isInTransaction() ? work.owner : undefined;
    } catch (error) {
      this.#reportCrash(work, error);
      return;
    } finally {
      this.#running = undefined;
    }
    this.#schedule();
    work.reply(data);
  }

  /** `execProtocolRawStream` is the fastest entry: the others parse the reply, which `pg` does again. */
  async #run(bytes: Buffer | undefined): Promise<Buffer> {
    const chunks: Buffer[] = [];
    if (bytes !== undefined) {
      // The data is a view of wasm memory and valid only during the call.
      const onRawData = (data: Uint8Array): void => void chunks.push(Buffer.from(data));
      await this.#engine.execProtocolRawStream(bytes, { syncToFs: false, onRawData });
    }
    return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  }

  /** PGlite reports errors of Postgres in the reply; if it throws, the program itself has ended. */
  #reportCrash(work: Work, error: unknown): void {
    this.#crash = new Fault('PGlite stopped working', {
      code: 'pglite-crashed',
      kind: 'engine',
      detail: messageOf(error),
      hint: 'the next database starts a new PGlite; run the statement on real Postgres to see whether it is at fault',
      cause: error,
    });
    const waiting = this.#queue;
    this.#queue = [];
    this.#holder = undefined;
    for (const lost of [work, ...waiting]) lost.fail(this.#crash);
  }
}
