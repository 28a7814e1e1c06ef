/** A client that says exactly what a test wants, and keeps every message that comes back. */
import { connect, type Socket } from 'node:net';
import { frame, FrameReader, int32 } from '../../src/wire/frames.ts';
import { fieldsOf } from '../../src/wire/server-messages.ts';

export const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
export const text = (value: string): Buffer => Buffer.from(`${value}\0`);

export const say = {
  query: (sql: string) => frame('Q', sql),
  parse: (sql: string, name = '') => frame('P', name, sql, int16(0)),
  bind: (portal = '', name = '') => frame('B', portal, name, int16(0), int16(0), int16(0)),
  describe: (portal = '') => frame('D', Buffer.from('P'), portal),
  execute: (portal = '', rows = 0) => frame('E', portal, int32(rows)),
  close: (portal = '') => frame('C', Buffer.from('P'), portal),
  sync: () => frame('S'),
  flush: () => frame('H'),
  rows: (lines: string) => frame('d', Buffer.from(lines)),
  copyDone: () => frame('c'),
  copyFail: (reason: string) => frame('f', reason),
  terminate: () => frame('X'),
} as const;

/** A packet that opens a connection. */
export function opening(code: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([int32(code), ...parts]);
  return Buffer.concat([int32(body.length + 4), body]);
}

export const startup = (
  settings: Readonly<Record<string, string>> = { user: 'someone' },
  version = 3 << 16,
): Buffer => opening(version, ...Object.entries(settings).flat().map(text), Buffer.from([0]));

export class WireSpeaker {
  readonly socket: Socket;
  readonly #frames = new FrameReader();
  readonly #messages: Buffer[] = [];
  #bytes = Buffer.alloc(0);
  #raw = true;
  #wake = (): void => {};
  closed = false;

  /** @param address a port on loopback, or the path of a local socket */
  constructor(address: number | string) {
    this.socket = typeof address === 'string' ? connect(address) : connect(address, '127.0.0.1');
    this.socket.on('data', (chunk: Buffer) => {
      if (this.#raw) this.#bytes = Buffer.concat([this.#bytes, chunk]);
      else this.#messages.push(...this.#frames.read(chunk));
      this.#wake();
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  /** Opened, and let in. */
  static async in(
    address: number | string,
    settings?: Readonly<Record<string, string>>,
  ): Promise<WireSpeaker> {
    const speaker = new WireSpeaker(address);
    speaker.listen();
    speaker.send(startup(settings));
    await speaker.until('Z');
    return speaker;
  }

  /** From now on what comes is cut into messages. */
  listen(): void {
    this.#raw = false;
  }

  send(...parts: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  /** The first bytes that came, before {@link listen}. */
  async bytes(length: number): Promise<string> {
    await this.#for(() => this.#bytes.length >= length);
    const taken = this.#bytes.subarray(0, length).toString('latin1');
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }

  /** The types of the messages up to the first of this one, with the fields of errors. */
  async until(type: string): Promise<string[]> {
    const has = (): number => this.#messages.findIndex((message) => message[0] === type.charCodeAt(0));
    await this.#for(() => has() >= 0);
    return this.#messages.splice(0, has() + 1).map(wordOf);
  }

  /** Everything up to the end of the connection. */
  async end(): Promise<string[]> {
    await this.#for(() => this.closed);
    return this.#messages.splice(0).map(wordOf);
  }

  async #for(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.closed && !condition()) throw new Error(`closed: ${this.#messages.map(wordOf).join(' ')}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** `D(1,x)`, `C(SELECT 1)`, `E(57014)`, `Z(I)`: a message in short. */
function wordOf(message: Buffer): string {
  const type = String.fromCharCode(message[0] ?? 0);
  const body = message.subarray(5);
  if (type === 'E') return `E(${fieldsOf(message).get('C')})`;
  if (type === 'Z') return `Z(${body.toString('latin1')})`;
  if (type === 'C' || type === 'd') return `${type}(${body.toString('utf8').replace(/[\0\n]$/, '')})`;
  if (type !== 'D') return type;
  const values: string[] = [];
  for (let at = 2; at < body.length;) {
    const length = body.readInt32BE(at);
    values.push(length < 0 ? 'null' : body.toString('utf8', at + 4, at + 4 + length));
    at += 4 + Math.max(length, 0);
  }
  return `D(${values.join(',')})`;
}
