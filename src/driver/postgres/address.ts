/** An address says how clients reach a server: everything but the database and the settings of a role. */
import pg from 'pg';
import type { ClientConfig } from 'pg';
import { Fault, messageOf } from '../../core/fault.ts';

export interface Address {
  /** Host name, or the folder of a unix socket (then it starts with a slash). */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Undefined if none was given; `pg` then looks into the password file. */
  readonly password: ClientConfig['password'];
  readonly ssl: ClientConfig['ssl'];
  /** The user's own startup options (`-c name=value ...`), empty if there are none. */
  readonly options: string;
  /** The database that exists already; only maintenance connects to it. */
  readonly database: string;
}

/**
 * Reads the user's `server` option. `pg` itself parses it, so that the same texts work in both, with the same
 * defaults from the environment.
 *
 * @throws Fault `bad-server-url`, which never shows the text, for a password may be in it
 */
export function parseAddress(server: string): Address {
  let client: pg.Client & { readonly connectionParameters?: { readonly options?: string | null } };
  try {
    client = new pg.Client({ connectionString: server });
  } catch (error) {
    throw new Fault('cannot read the address of the Postgres server', {
      code: 'bad-server-url',
      kind: 'usage',
      detail: messageOf(error).replaceAll(server, '...'),
      hint: 'give a URL such as postgres://user:password@localhost:5432/postgres',
    });
  }
  return {
    host: client.host,
    port: client.port,
    user: client.user ?? 'postgres',
    password: client.password ?? undefined,
    ssl: client.ssl,
    options: client.connectionParameters?.options ?? '',
    database: client.database ?? 'postgres',
  };
}

/** The address as people may see it: user and place, never the password. */
export function formatAddress(address: Address): string {
  const place = address.host.startsWith('/')
    ? `socket ${address.host}/.s.PGSQL.${address.port}`
    : `${address.host} port ${address.port}`;
  return `${place}, as user "${address.user}"`;
}
