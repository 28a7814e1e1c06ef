/** Messages that a server sends by itself: the greeting, errors, ends of replies. */
import { frame, int32, MessageReader } from './frames.ts';

const byte = (...values: readonly number[]): Buffer => Buffer.from(values);

/** The answer to a client that asks for encryption. */
export function encryptionAnswer(granted: boolean): Buffer {
  return Buffer.from(granted ? 'S' : 'N');
}

export type TransactionStatus = 'I' | 'T' | 'E';

export function readyForQuery(status: TransactionStatus): Buffer {
  return frame('Z', Buffer.from(status));
}

export interface Greeting {
  /** What the server reports of its settings. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly pid: number;
  readonly secret: number;
}

/** Everything that a server says when it lets a client in without a password. */
export function greetingBytes({ parameters, pid, secret }: Greeting): Buffer {
  return Buffer.concat([
    frame('R', int32(0)),
    ...[...parameters].map(([name, value]) => frame('S', name, value)),
    frame('K', int32(pid, secret)),
    readyForQuery('I'),
  ]);
}

/** The client asked for a later minor version, or for options that nobody here knows. */
export function negotiation(extensions: readonly string[]): Buffer {
  return frame('v', int32(3 << 16, extensions.length), ...extensions);
}

export interface ErrorText {
  readonly severity: 'ERROR' | 'FATAL';
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
}

export function errorResponse({ severity, code, message }: ErrorText): Buffer {
  return frame('E', `S${severity}`, `V${severity}`, `C${code}`, `M${message}`, byte(0));
}

/** The fields of an error or a notice, by their letters. */
export function fieldsOf(message: Buffer): ReadonlyMap<string, string> {
  const reader = new MessageReader(message);
  const fields = new Map<string, string>();
  for (let type = reader.byte(); type !== 0; type = reader.byte())
    fields.set(String.fromCharCode(type), reader.text());
  return fields;
}

/** The types of a server's messages that this tool looks at. Numbers, since declarations are made of one file alone. */
export const server = {
  /** `1` */
  parseComplete: 0x31,
  /** `2` */
  bindComplete: 0x32,
  /** `3` */
  closeComplete: 0x33,
  /** `A` */
  notification: 0x41,
  /** `C` */
  commandComplete: 0x43,
  /** `D` */
  dataRow: 0x44,
  /** `E` */
  error: 0x45,
  /** `G` */
  copyIn: 0x47,
  /** `I` */
  emptyQuery: 0x49,
  /** `N` */
  notice: 0x4e,
  /** `n` */
  noData: 0x6e,
  /** `t` */
  parameterDescription: 0x74,
  /** `s` */
  portalSuspended: 0x73,
  /** `S` */
  parameterStatus: 0x53,
  /** `T` */
  rowDescription: 0x54,
  /** `Z` */
  ready: 0x5a,
} as const;
