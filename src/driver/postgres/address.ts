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
  /** What the user's URL says of TLS, as parameters of a URL (`sslmode=require`); empty if it says nothing. */
  readonly tlsParameters?: readonly string[];
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
    tlsParameters: tlsParametersOf(server),
    database: client.database ?? 'postgres',
  };
}

function tlsParametersOf(server: string): readonly string[] {
  if (!URL.canParse(server)) return [];
  return [...new URL(server).searchParams]
    .filter(([name]) => name.startsWith('ssl') || name === 'uselibpqcompat')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
}

/** A URL of a database at this address, password included: for programs, not for people. */
export function databaseUrl(address: Address, database: string): string {
  const { user, password, host, port, ssl, options, tlsParameters = [] } = address;
  const secret = typeof password === 'string' && password !== '' ? `:${encodeURIComponent(password)}` : '';
  // A folder goes where the host stands: libpq and `pg` decode it, and what does not cannot reach another server.
  const place = /^[^/[].*:/.test(host) ? `[${host}]` : encodeURIComponent(host);
  const parameters = [
    ...(ssl === false && tlsParameters.length === 0 ? ['sslmode=disable'] : tlsParameters),
    ...(options === '' ? [] : [`options=${encodeURIComponent(options)}`]),
  ].join('&');
  const query = parameters === '' ? '' : `?${parameters}`;
  return `postgresql://${encodeURIComponent(user)}${secret}@${place}:${port}/${encodeURIComponent(database)}${query}`;
}

/** The address as people may see it: user and place, never the password. */
export function formatAddress(address: Address): string {
  const place = address.host.startsWith('/')
    ? `socket ${address.host}/.s.PGSQL.${address.port}`
    : `${address.host} port ${address.port}`;
  return `${place}, as user "${address.user}"`;
}
