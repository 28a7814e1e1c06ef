/**
 * Named prepared statements live in the one backend that all clients share, and on real Postgres two
 * clients may use one name for different statements. So every client's names get a prefix of its own on
 * their way in.
 *
 * This stays visible: error texts and `pg_prepared_statements` show the longer name; SQL-level PREPARE and
 * EXECUTE are not renamed; and DISCARD ALL or DEALLOCATE ALL of one client removes those of all clients. The
 * unnamed statement is shared as well, but a client that parses and binds in one unit does not notice.
 */
import { createHash } from 'node:crypto';

const letter = (type: string): number => type.charCodeAt(0);
const parse = letter('P');
const bind = letter('B');
const describe = letter('D');
const close = letter('C');
const statement = letter('S');

/** Postgres cuts names after 63 bytes. */
const longestName = 63;

export class StatementNames {
  readonly #prefix: string;
  /** As the backend knows them. */
  readonly #open = new Set<string>();

  /** @param client a number that no other client of this backend has */
  constructor(client: number) {
    this.#prefix = `c${client}:`;
  }

  /** Names in the backend that this client has parsed and not closed. */
  get open(): readonly string[] {
    return [...this.#open];
  }

  /** The message with its statement name replaced, or the same message if it names no statement. */
  rename(message: Buffer): Buffer {
    const start = nameStart(message);
    if (start === undefined || message[start] === 0) return message;
    const end = message.indexOf(0, start);
    const name = this.#inside(message.toString('utf8', start, end));
    if (message[0] === parse) this.#open.add(name);
    if (message[0] === close) this.#open.delete(name);
    const renamed = Buffer.concat([message.subarray(0, start), Buffer.from(name), message.subarray(end)]);
    renamed.writeInt32BE(renamed.length - 1, 1);
    return renamed;
  }

  #inside(name: string): string {
    const inside = this.#prefix + name;
    if (Buffer.byteLength(inside) <= longestName) return inside;
    return this.#prefix + createHash('sha1').update(name).digest('hex');
  }
}

function nameStart(message: Buffer): number | undefined {
  const type = message[0];
  if (type === parse) return 5;
  // The portal's name comes first.
  if (type === bind) return message.indexOf(0, 5) + 1;
  return (type === describe || type === close) && message[5] === statement ? 6 : undefined;
}
