/**
 * Sends the bytes of one unit on a client's connection and gives back the bytes of the reply. `pg` reads along: what it
 * knows of the connection (whether it is ready, in a transaction, broken) stays true, and notices reach it as ever.
 */
import type { Notice } from './evidence.ts';
import { frame, FrameReader } from '../wire/frames.ts';
import { fieldsOf, server } from '../wire/server-messages.ts';
import type { Internals } from './pg-internals.ts';

export interface RawUnit {
  readonly bytes: Buffer;
  /**
   * What ends the reply: the server is ready for the next query, or (after a Flush) this number of answers has come.
   */
  readonly answers: number | 'ready';
  /** Close messages in it: each is answered by a CloseComplete. */
  readonly closes: number;
  /** Whether it executes a portal without a name and then ends with Sync. */
  readonly leavesPortal: boolean;
  /** Parse messages that were put before it; nobody waits for their answers. */
  readonly hiddenParses: number;
  /** The server asks for rows: what it has said so far. The client's bytes go on by `more`. */
  readonly onCopyIn: (reply: readonly Buffer[]) => void;
}

interface Pending extends RawUnit {
  readonly reply: Buffer[];
  left: number;
  hidden: number;
  closesLeft: number;
  readonly resolve: (reply: readonly Buffer[]) => void;
  readonly reject: (error: Error) => void;
}

const endsAnswer: ReadonlySet<number> = new Set([
  server.parseComplete, server.bindComplete, server.closeComplete, server.commandComplete, server.emptyQuery,
  server.noData, server.portalSuspended, server.rowDescription, server.copyIn,
]); // prettier-ignore
const unasked: ReadonlySet<number> = new Set([server.notice, server.notification, server.parameterStatus]);

const closePortal = frame('C', Buffer.from('P'), '');
const syncLength = 5;

/** What `pg` calls while a query is active. Everything is read from the bytes. */
class ActiveQuery {
  readonly #begin: () => void;

  constructor(begin: () => void) {
    this.#begin = begin;
  }

  submit(): void {
    this.#begin();
  }
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
  handleCommandComplete(): void {}
  handleCopyInResponse(): void {}
  handleCopyData(): void {}
  handleReadyForQuery(): void {}
  handleError(): void {}
}

export interface RawParts {
  readonly connection: Internals['connection'];
  /** Queues an object that sends itself. */
  readonly submit: (query: ActiveQuery) => void;
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
  #pending: Pending | undefined;
  /** The server is not ready for a query of `pg`'s: a Flush left a conversation open. */
  #open = false;
  /** An error came after a Flush: the server ignores everything up to the next Sync. */
  #skipping = false;

  /** The connection is established. */
  constructor(parts: RawParts) {
    this.#in = parts;
    // Before `pg`'s own listener, which may send the next query when it reads the end of a reply. The reply is handed over
    // in a microtask, when `pg` has read it, too.
    parts.connection.stream.prependListener('data', (chunk: Buffer) => {
      // `pg`'s parser moves what it has not read within the chunk itself.
      for (const message of this.#frames.read(Buffer.from(chunk))) this.#take(message);
    });
  }

  /** @throws when the connection breaks before the reply */
  send(unit: RawUnit): Promise<readonly Buffer[]> {
    if (this.#skipping && unit.answers !== 'ready') return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const closing = this.#in.closesPortals && unit.leavesPortal;
      const begin = (): void => {
        this.#open = true;
        this.#pending = {
          ...unit,
          reply: [],
          left: unit.answers === 'ready' ? Infinity : unit.answers + unit.hiddenParses,
          hidden: unit.hiddenParses,
          closesLeft: closing ? unit.closes : Infinity,
          resolve,
          reject,
        };
        this.more(closing ? withClosedPortal(unit.bytes) : unit.bytes);
      };
      if (this.#open) begin();
      else this.#in.submit(new ActiveQuery(begin));
    });
  }

  /** More bytes of the unit that is under way: rows of a COPY. */
  more(bytes: Buffer): void {
    this.#in.connection.stream.write(bytes);
  }

  /** The connection broke. */
  broke(error: Error): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.reject(error);
  }

  #take(message: Buffer): void {
    const type = message[0] ?? 0;
    const pending = this.#pending;
    if (unasked.has(type)) {
      if (type === server.notice && !this.#in.passes(noticeOf(message))) return;
      if (pending === undefined) this.#in.unasked(message);
      else pending.reply.push(message);
      return;
    }
    if (type === server.ready) {
      this.#open = false;
      this.#skipping = false;
    }
    if (pending === undefined) return;
    if (!isHidden(pending, type)) pending.reply.push(message);
    if (type === server.error && pending.answers !== 'ready') {
      this.#skipping = true;
      pending.left = 0;
    } else if (endsAnswer.has(type)) pending.left -= 1;
    if (type === server.copyIn && pending.answers === 'ready') pending.onCopyIn(pending.reply.splice(0));
    if (type === server.ready || pending.left <= 0) {
      this.#pending = undefined;
      pending.resolve(pending.reply);
    }
  }
}

/** Whether nobody asked for this answer but the tool. */
function isHidden(pending: Pending, type: number): boolean {
  if (type === server.parseComplete && pending.hidden > 0) {
    pending.hidden -= 1;
    return true;
  }
  if (type !== server.closeComplete) return false;
  pending.closesLeft -= 1;
  return pending.closesLeft < 0;
}

function withClosedPortal(bytes: Buffer): Buffer {
  const end = bytes.length - syncLength;
  return Buffer.concat([bytes.subarray(0, end), closePortal, bytes.subarray(end)]);
}

function noticeOf(message: Buffer): Notice {
  const fields = fieldsOf(message);
  return { severity: fields.get('V') ?? fields.get('S'), message: fields.get('M') };
}
