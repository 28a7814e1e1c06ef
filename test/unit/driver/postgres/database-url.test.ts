/** The URL of a database leads where the driver's own clients go, read back by `pg`. */
import { expect, test } from 'vitest';
import pg from 'pg';
import { databaseUrl, parseAddress, type Address } from '../../../../src/driver/postgres/address.ts';

const socket: Address = {
  host: '/dev/shm/lockstep-pg-x/server',
  port: 5432,
  user: 'postgres',
  password: '',
  ssl: false,
  options: '',
  database: 'postgres',
};

test.each<[string, Address, string]>([
  [
    'a socket',
    socket,
    'postgresql://postgres@%2Fdev%2Fshm%2Flockstep-pg-x%2Fserver:5432/lockstep_1?sslmode=disable',
  ],
  [
    'a port with a password',
    { ...socket, host: '127.0.0.1', port: 6000, password: 'a/b@c' },
    'postgresql://postgres:a%2Fb%40c@127.0.0.1:6000/lockstep_1?sslmode=disable',
  ],
  ['IPv6', { ...socket, host: '::1' }, 'postgresql://postgres@[::1]:5432/lockstep_1?sslmode=disable'],
  [
    'options and TLS of the user',
    parseAddress('postgres://me:pw@db.example:5433/mine?sslmode=no-verify&options=-c%20search_path%3Da'),
    'postgresql://me:pw@db.example:5433/lockstep_1?sslmode=no-verify&options=-c%20search_path%3Da',
  ],
])('%s', (_, address, url) => {
  expect(databaseUrl(address, 'lockstep_1')).toBe(url);
  const { host, port, user, password, database, ssl } = new pg.Client({ connectionString: url });
  const read = { host, port, user, password: password ?? '', database, ssl };
  const { host: place, port: door, user: name, password: secret, ssl: tls } = address;
  const bare = (text: string): string => text.replaceAll(/^\[|\]$/g, '');
  expect({ ...read, host: bare(read.host) }).toEqual({
    host: place,
    port: door,
    user: name,
    password: secret,
    database: 'lockstep_1',
    ssl: tls,
  });
});

test('the database of the user is never in it', () => {
  expect(databaseUrl(parseAddress('postgres://me@db.example/mine'), 'lockstep_1')).not.toContain('mine');
});
