/** The packets that open a connection, as a server reads them. They have no type byte. */
import { MessageReader, ProtocolError } from './frames.ts';

export type Opening =
  /** The client wants a session. */
  | {
      readonly kind: 'startup';
      readonly parameters: Readonly<Record<string, string>>;
      /** The minor version that it asks for: 3.0 is spoken, later ones are negotiated down. */
      readonly minor: number;
      /** Protocol options (`_pq_.`) that it asks for. */
      readonly extensions: readonly string[];
    }
  /** Asks for TLS or GSS encryption; the answer is one byte. */
  | { readonly kind: 'encryption'; readonly tls: boolean }
  /** Asks to cancel the statement of another connection. */
  | { readonly kind: 'cancel'; readonly pid: number; readonly secret: number };

const cancelCode = 80_877_102;
const tlsCode = 80_877_103;
const gssCode = 80_877_104;
/** As in Postgres (MAX_STARTUP_PACKET_LENGTH). */
const longestPacket = 10_000;

/** Reads packets until the session begins; what follows is left for the reader of frames. */
export class OpeningReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Bytes that came after the packets that were taken. */
  takeRest(): Buffer {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return rest;
  }

  add(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
  }

  /**
   * The next packet; undefined if it is not complete.
   *
   * @throws ProtocolError if it is none
   */
  next(): Opening | undefined {
    if (this.#rest.length < 4) return undefined;
    const length = this.#rest.readUInt32BE(0);
    if (length < 8 || length > longestPacket) throw new ProtocolError('no start-up packet');
    if (this.#rest.length < length) return undefined;
    const packet = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return openingOf(packet);
  }
}

function openingOf(packet: Buffer): Opening {
  const reader = new MessageReader(packet, 4);
  const code = reader.int32();
  if (code === tlsCode || code === gssCode) return { kind: 'encryption', tls: code === tlsCode };
  if (code === cancelCode) return { kind: 'cancel', pid: reader.int32(), secret: reader.int32() };
  if (code >> 16 !== 3) throw new ProtocolError(`protocol version ${code >> 16}`);
  const parameters: Record<string, string> = {};
  const extensions: string[] = [];
  for (let name = reader.text(); name !== ''; name = reader.text()) {
    if (name.startsWith('_pq_.')) {
      extensions.push(name);
      reader.text();
    } else parameters[name] = reader.text();
  }
  return { kind: 'startup', parameters, minor: code & 0xffff, extensions };
}
