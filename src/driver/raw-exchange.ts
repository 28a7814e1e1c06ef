/**
 * Sends the bytes of one unit on a client's connection and gives back the bytes of the reply. `pg` reads what it needs to
 * know of the connection (it is ready, in a transaction, broken) and what belongs to no reply (notices, notifications,
 * settings); nobody reads the rows a second time.
 */
import type { Notice } from './evidence.ts';
import { closePortal, copyFail, sync } from '../wire/client-messages.ts';
import { FrameReader } from '../wire/frames.ts';
import { fieldsOf, server } from '../wire/server-messages.ts';
import type { Internals } from './pg-internals.ts';
import type { RawUnit } from './raw-unit.ts';

interface Pending {
  readonly unit: RawUnit;
  readonly reply: Buffer[];
  left: number;
  hidden: number;
  closesLeft: number;
  /** The server takes rows. */
  copying: boolean;
  readonly resolve: (reply: readonly Buffer[]) => void;
  readonly reject: (error: Error) => void;
}

const endsAnswer: ReadonlySet<number> = new Set([
  server.parseComplete, server.bindComplete, server.closeComplete, server.commandComplete, server.emptyQuery,
  server.noData, server.portalSuspended, server.rowDescription,
]); // prettier-ignore
const unasked: ReadonlySet<number> = new Set([server.notice, server.notification, server.parameterStatus]);

/** What `pg` has in its queue while a conversation of somebody else's is under way. */
class Conversation {
  readonly #begin: () => void;
  readonly #fail: (error: Error) => void;

  constructor(begin: () => void, fail: (error: Error) => void) {
    this.#begin = begin;
    this.#fail = fail;
  }

  submit(): void {
    this.#begin();
  }
  handleReadyForQuery(): void {}
  /** The connection broke, before it began or later. */
  handleError(error: Error): void {
    this.#fail(error);
  }
}

export interface RawParts {
  readonly connection: Internals['connection'];
  /** Queues an object that sends itself. */
  readonly submit: (query: Conversation) => void;
  /** Whether a notice is for the code under test. */
  readonly passes: (notice: Notice) => boolean;
  /** A message that belongs to no reply: a notification, say. */
  readonly unasked: (message: Buffer) => void;
  /** Whether portals are closed with each reply, so that their plans are reported. */
  readonly closesPortals: boolean;
}

export class RawExchange {
  readonly #in: RawParts;
  readonly #frames = new FrameReader();
  /** `pg`'s own reader. */
  readonly #toPg: (bytes: Buffer) => void;
  #pending: Pending | undefined;
  #open = false;
  /** An error came after a Flush: the server ignores everything up to the next Sync. */
  #skipping = false;

  /** The connection is established and idle. */
  constructor(parts: RawParts) {
    this.#in = parts;
    const { stream } = parts.connection;
    const readers = stream.listeners('data') as ((bytes: Buffer) => void)[];
    this.#toPg = (bytes) => {
      for (const reader of readers) reader.call(stream, bytes);
    };
    stream.removeAllListeners('data');
    stream.on('data', (chunk: Buffer) => {
      for (const message of this.#frames.read(chunk)) this.#take(message);
    });
  }

  /** The server is not ready for a query of `pg`'s: a unit was sent, and the end of its conversation has not come. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** @throws when the connection breaks before the reply */
  send(unit: RawUnit): Promise<readonly Buffer[]> {
    const { answers, extended, leavesPortal, closes } = unit.facts;
    const ignored = this.#skipping && !(extended && answers === 'ready');
    if (answers === 0 || ignored) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const closing = this.#in.closesPortals && leavesPortal;
      const begin = (): void => {
        this.#open = true;
        this.#pending = {
          unit,
          reply: [],
          left: answers === 'ready' ? Infinity : answers + 2 * unit.parsedBefore,
          hidden: 2 * unit.parsedBefore,
          closesLeft: closing ? closes : Infinity,
          copying: false,
          resolve,
          reject,
        };
        void this.more(closing ? withClosedPortal(unit.bytes) : unit.bytes);
      };
      if (this.#open) begin();
      else this.#in.submit(new Conversation(begin, reject));
    });
  }

  /**
   * More bytes of the unit that is under way: rows of a COPY.
   *
   * @returns a promise if the server does not take them as fast as they come; it is fulfilled when it took these
   */
  more(bytes: Buffer): Promise<void> | undefined {
    const { stream } = this.#in.connection;
    if (stream.write(bytes)) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        stream.off('drain', done).off('close', done);
        resolve();
      };
      stream.on('drain', done).on('close', done);
    });
  }

  /** Nobody will go on with the conversation: it ends, so that the connection can be used again. */
  abandon(): void {
    if (!this.#open) return;
    const pending = this.#pending;
    if (pending?.copying === true) void this.more(copyFail('the client is gone'));
    const facts = pending?.unit.facts;
    if (facts?.answers !== 'ready' || (pending?.copying === true && facts.extended)) void this.more(sync);
  }

  /**
   * The connection broke. The server may have said why.
   *
   * @returns whether somebody waits for a reply, and gets this error
   */
  broke(error: Error): boolean {
    const pending = this.#pending;
    if (pending === undefined) return false;
    this.#pending = undefined;
    const reason = pending.reply.findLast((message) => message[0] === server.error);
    pending.reject(reason === undefined ? error : Object.assign(error, reasonOf(reason)));
    return true;
  }

  #take(message: Buffer): void {
    const type = message[0] ?? 0;
    const pending = this.#pending;
    if (unasked.has(type)) {
      this.#toPg(message);
      if (type === server.notice && !this.#in.passes(noticeOf(message))) return;
      if (pending === undefined) this.#in.unasked(message);
      else pending.reply.push(message);
      return;
    }
    if (!this.#open) {
      this.#toPg(message);
      return;
    }
    if (type === server.ready) {
      this.#open = false;
      this.#skipping = false;
      this.#pending = undefined;
      // It may send the next query at once.
      this.#toPg(message);
    }
    // The end of a conversation whose replies were given already.
    if (pending === undefined) this.#in.unasked(message);
    else this.#answer(pending, type, message);
  }

  #answer(pending: Pending, type: number, message: Buffer): void {
    const { facts, onCopyIn } = pending.unit;
    if (!isHidden(pending, type)) pending.reply.push(message);
    if (type === server.copyIn && !facts.endsCopy) {
      pending.copying = true;
      // The server reads no Sync while it takes rows: the conversation goes on after them with another one.
      if (facts.extended) pending.left = 1;
      onCopyIn(pending.reply.splice(0));
      return;
    }
    if (type === server.error && pending.left !== Infinity) {
      this.#skipping = true;
      pending.left = 0;
    } else if (endsAnswer.has(type)) {
      pending.left -= 1;
      pending.copying = false;
    }
    if (type === server.ready || pending.left <= 0) {
      if (this.#pending === pending) this.#pending = undefined;
      pending.resolve(pending.reply);
    }
  }
}

/** Whether nobody asked for this answer but the tool. */
function isHidden(pending: Pending, type: number): boolean {
  if (pending.hidden > 0 && (type === server.parseComplete || type === server.closeComplete)) {
    pending.hidden -= 1;
    return true;
  }
  if (type !== server.closeComplete) return false;
  pending.closesLeft -= 1;
  return pending.closesLeft < 0;
}

function withClosedPortal(bytes: Buffer): Buffer {
  const end = bytes.length - sync.length;
  return Buffer.concat([bytes.subarray(0, end), closePortal, bytes.subarray(end)]);
}

function noticeOf(message: Buffer): Notice {
  const fields = fieldsOf(message);
  return { severity: fields.get('V') ?? fields.get('S'), message: fields.get('M') };
}

function reasonOf(message: Buffer): { readonly message: string; readonly code: string | undefined } {
  const fields = fieldsOf(message);
  return { message: fields.get('M') ?? 'the server ended the connection', code: fields.get('C') };
}
