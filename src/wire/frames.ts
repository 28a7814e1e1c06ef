/**
 * Frames of the Postgres protocol, version 3: one type byte, a four-byte length that counts itself, the body. Packets that
 * open a connection have no type byte. https://www.postgresql.org/docs/current/protocol-message-formats.html
 */

/** The longest message that Postgres itself takes (MaxAllocSize). */
export const longestMessage = 0x3fffffff;

/** Bytes that are not of the protocol. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

export const letter = (type: string): number => type.charCodeAt(0);

/** Cuts a stream of bytes, in chunks of any size, into whole messages. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes of the message that is not complete; 0 while its length is unknown. */
  #needed = 0;
  readonly #longest: number;

  /** @param longest bytes of the longest message that is accepted. Default: what Postgres accepts */
  constructor(longest: number = longestMessage) {
    this.#longest = longest;
  }

  /**
   * The messages that this chunk completes, each with its type byte and length.
   *
   * @throws ProtocolError for a length that no message has
   */
  read(chunk: Buffer): Buffer[] {
    let buffer = chunk;
    if (this.#size > 0) {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
      // A long message comes in many chunks, which are joined once.
      if (this.#size < Math.max(this.#needed, 5)) return [];
      buffer = Buffer.concat(this.#chunks);
    }
    const frames: Buffer[] = [];
    let offset = 0;
    this.#needed = 0;
    while (buffer.length - offset >= 5) {
      const length = buffer.readUInt32BE(offset + 1) + 1;
      if (length < 5 || length > this.#longest) throw new ProtocolError(`a message of ${length} bytes`);
      if (buffer.length - offset < length) {
        this.#needed = length;
        break;
      }
      frames.push(buffer.subarray(offset, offset + length));
      offset += length;
    }
    const rest = buffer.subarray(offset);
    this.#size = rest.length;
    this.#chunks = rest.length === 0 ? [] : [rest];
    return frames;
  }
}

/** A message of this type. Texts are closed by a zero byte. */
export function frame(type: string, ...parts: readonly (string | Buffer)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)),
  );
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

export function int32(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) buffer.writeInt32BE(value, 4 * index);
  return buffer;
}

/** Reads the parts of one message in order. @throws ProtocolError beyond its end */
export class MessageReader {
  readonly #bytes: Buffer;
  #offset: number;

  /** @param offset of the first part; 5 after a type byte and a length */
  constructor(bytes: Buffer, offset = 5) {
    this.#bytes = bytes;
    this.#offset = offset;
  }

  get atEnd(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  byte(): number {
    return this.#take(1)[0] ?? 0;
  }

  int16(): number {
    return this.#take(2).readInt16BE();
  }

  int32(): number {
    return this.#take(4).readInt32BE();
  }

  bytes(length: number): Buffer {
    return this.#take(length);
  }

  /** A text up to its zero byte. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#offset);
    if (end < 0) throw new ProtocolError('a text without an end');
    const text = this.#bytes.toString('utf8', this.#offset, end);
    this.#offset = end + 1;
    return text;
  }

  #take(length: number): Buffer {
    const end = this.#offset + length;
    if (length < 0 || end > this.#bytes.length) throw new ProtocolError('a message that ends too early');
    const part = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return part;
  }
}
