/** A stream stands where `pg` expects a socket, and carries its messages to the backend. */
import { Duplex } from 'node:stream';
import { unreachable } from '../../core/unreachable.ts';
import type { Backend } from './backend.ts';
import { type Unit, UnitReader } from './frames.ts';
import {
  closeStatement,
  copyInResponse,
  simpleQuery,
  sync,
  terminated,
  withoutCopyInResponse,
  withProcessId,
} from './messages.ts';
import { StatementNames } from './statement-names.ts';

/** The streams of one database, by the process id that each client was given. */
export type Streams = Map<number, PgliteStream>;

/** Every stream of this process gets its own, like backends of a server. */
let lastProcessId = 0;

/** The backend, and what a client needs to connect to it. */
export interface Server {
  readonly backend: Backend;
  /** PGlite's answer to a startup packet. */
  readonly greeting: Buffer;
  readonly streams: Streams;
  /** False once the database was dropped: the backend may serve another one by now. */
  isOpen(): boolean;
}

export class PgliteStream extends Duplex {
  readonly pid: number = ++lastProcessId;
  readonly #server: Server;
  readonly #units = new UnitReader();
  readonly #names: StatementNames = new StatementNames(this.pid);

  constructor(server: Server) {
    super({ allowHalfOpen: false });
    this.#server = server;
  }

  /** Called by `pg` in place of a socket's. */
  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }

  /** Settings of a socket that `pg` makes. They mean nothing here: a stream keeps no process alive. */
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  /** Ends the connection as `pg_terminate_backend` does, and rolls back. */
  async terminate(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.once('close', () => resolve()));
    if (this.destroyed) return;
    this.push(terminated);
    this.destroy();
    await closed;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    for (const unit of this.#units.read(chunk)) this.#accept(unit);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'binary', done);
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    void this.#leave().then(() => done(error));
  }

  #accept(unit: Unit): void {
    switch (unit.kind) {
      case 'startup':
        if (!this.#server.isOpen()) {
          this.destroy(new Error('the database was dropped'));
          return;
        }
        this.#server.streams.set(this.pid, this);
        // The stream answers, not the backend: a server accepts clients while others have transactions open.
        this.push(withProcessId(this.#server.greeting, this.pid));
        return;
      case 'encryption':
        this.push('N');
        return;
      case 'cancel':
      case 'terminate':
        // Statements end before anyone could cancel them; and `pg` ends the stream after its Terminate.
        return;
      case 'copy-begin':
        this.#submit(unit, () => copyInResponse);
        return;
      case 'copy':
        this.#submit(unit, withoutCopyInResponse);
        return;
      case 'query':
      case 'flush':
        this.#submit(unit, (reply) => reply);
        return;
      default:
        unreachable(unit.kind);
    }
  }

  #submit(unit: Unit, edit: (reply: Buffer) => Buffer): void {
    const messages = unit.messages.map((message) => this.#names.rename(message));
    this.#server.backend.submit({
      owner: this,
      bytes: () => (messages.length === 0 ? undefined : Buffer.concat(messages)),
      unfinished: unit.kind === 'flush',
      reply: (data) => {
        if (!this.destroyed && !this.readableEnded) this.push(edit(data));
      },
      fail: (reason) => this.destroy(reason),
    });
  }

  /**
   * Cleans up after a client, as a server does: rolls back, forgets its prepared statements. When the last
   * client has left, the session's settings and temporary tables go, too; before that, their owner is not
   * known.
   */
  #leave(): Promise<void> {
    const { backend, streams } = this.#server;
    // It was made along with a client that never connected.
    if (!streams.delete(this.pid)) return Promise.resolve();
    backend.withdraw(this);
    const waits = backend.isBusyWith(this);
    // Clients that connect from now on queue behind the farewell.
    const last = streams.size === 0;
    const left = new Promise<void>((resolve) => {
      backend.submit({
        owner: this,
        bytes: () => this.#farewell(last),
        reply: () => resolve(),
        fail: () => resolve(),
      });
    });
    return waits ? left : Promise.resolve();
  }

  #farewell(last: boolean): Buffer | undefined {
    const messages: Buffer[] = [];
    if (this.#server.backend.holder === this) messages.push(sync, simpleQuery('rollback'));
    if (last) messages.push(simpleQuery('discard all'));
    else if (this.#names.open.length > 0) messages.push(...this.#names.open.map(closeStatement), sync);
    return messages.length === 0 ? undefined : Buffer.concat(messages);
  }
}
