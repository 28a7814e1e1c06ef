/**
 * A unit is everything that a client sends before it waits for the server: a simple query, or the messages of
 * the extended protocol up to a Sync or a Flush. PGlite runs one unit per call, so the messages of a unit are
 * never interleaved with another client's.
 *
 * Message format: one type byte, a four-byte length that counts itself, the body. Packets that open a
 * connection have no type byte. https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
import { copyFail } from './messages.ts';

export type UnitKind =
  /** The packet that opens a connection. */
  | 'startup'
  /** Asks for TLS or GSS encryption; answered by one byte. */
  | 'encryption'
  /** Asks to cancel another connection's statement. */
  | 'cancel'
  /** Ends with one ReadyForQuery. */
  | 'query'
  /** Ends with no ReadyForQuery: the client goes on with the same transaction. */
  | 'flush'
  /** The client asked for COPY FROM STDIN; its rows follow. The COPY itself comes as one unit after them. */
  | 'copy-begin'
  /** Ends with one ReadyForQuery, and its CopyInResponse was already given for `copy-begin`. */
  | 'copy'
  /** The client leaves. */
  | 'terminate';

export interface Unit {
  readonly kind: UnitKind;
  /** Whole messages, in order. */
  readonly messages: readonly Buffer[];
}

const letter = (type: string): number => type.charCodeAt(0);
const type = {
  query: letter('Q'),
  functionCall: letter('F'),
  sync: letter('S'),
  flush: letter('H'),
  terminate: letter('X'),
  parse: letter('P'),
  copyDone: letter('c'),
  copyFail: letter('f'),
} as const;

const protocol3 = 3 << 16;
const cancelRequest = 80877102;

/** A single statement that will ask its client for rows. */
const copyIn = /^\s*copy\s[^;]*\sfrom\s+stdin\b[^;]*;?\s*$/i;
/** A statement that might ask: one of several, or of a client that cannot send rows. */
const perhapsCopyIn = /\bfrom\s+stdin\b/i;

/** Cuts the bytes of one client, in chunks of any size, into units. */
export class UnitReader {
  #rest: Buffer = Buffer.alloc(0);
  #messages: Buffer[] = [];
  #started = false;
  #copying = false;
  #guardCopy = false;
  #guardEvery = false;

  read(chunk: Buffer): Unit[] {
    const buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const units: Unit[] = [];
    let offset = 0;
    for (;;) {
      const typeBytes = this.#started ? 1 : 0;
      if (buffer.length - offset < typeBytes + 4) break;
      const end = offset + typeBytes + buffer.readInt32BE(offset + typeBytes);
      if (buffer.length < end) break;
      const message = buffer.subarray(offset, end);
      offset = end;
      const unit = this.#started ? this.#take(message) : this.#open(message);
      if (unit !== undefined) units.push(unit);
    }
    this.#rest = buffer.subarray(offset);
    return units;
  }

  #open(message: Buffer): Unit {
    const code = message.readInt32BE(4);
    if (code === cancelRequest) return { kind: 'cancel', messages: [message] };
    // Codes above 3.x ask for encryption (80877103, 80877104); the client then starts again.
    if (code >= protocol3 + (1 << 16)) return { kind: 'encryption', messages: [message] };
    this.#started = true;
    return { kind: 'startup', messages: [message] };
  }

  #take(message: Buffer): Unit | undefined {
    const code = message[0];
    if (code === type.terminate) return { kind: 'terminate', messages: [message] };
    if (this.#copying) {
      // The backend would ignore these, too, and they must not end the unit.
      if (code === type.sync || code === type.flush) return undefined;
      this.#messages.push(message);
      return code === type.copyDone || code === type.copyFail ? this.#end('copy') : undefined;
    }
    if ((code === type.query || code === type.parse) && perhapsCopyIn.test(message.toString('latin1', 5))) {
      if (
        code === type.query &&
        this.#messages.length === 0 &&
        copyIn.test(message.toString('latin1', 5, message.length - 1))
      ) {
        this.#messages.push(message);
        this.#copying = true;
        return { kind: 'copy-begin', messages: [] };
      }
      this.#guardCopy = true;
      // A prepared statement can be executed again without its text.
      if (code === type.parse) this.#guardEvery = true;
    }
    const ends = code === type.query || code === type.functionCall;
    if (ends) this.#messages.push(message);
    // PGlite exits the whole process image when a COPY finds no rows in its input. Outside of a COPY the
    // backend ignores this message, so it does no harm if the statement was not a COPY.
    if (this.#guardCopy && (ends || code === type.sync || code === type.flush)) this.#messages.push(copyFail);
    if (!ends) this.#messages.push(message);
    if (ends || code === type.sync) return this.#end('query');
    return code === type.flush ? this.#end('flush') : undefined;
  }

  #end(kind: UnitKind): Unit {
    const messages = this.#messages;
    this.#messages = [];
    this.#copying = false;
    this.#guardCopy = this.#guardEvery;
    return { kind, messages };
  }
}
