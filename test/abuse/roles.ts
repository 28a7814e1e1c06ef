/** Roles and servers with settings and limits of their own, poolers, and others who are at work on the server. */
import { tmpdir } from 'node:os';
import pg from 'pg';
import type { Ended } from '../support/command.ts';
import { topic, type AbuseCase, type CaseDefinition } from './case.ts';
import { expectEnd, expectPair } from './expect.ts';
import { GivenServer } from './given-server.ts';
import { behindPgbouncer, withoutPgbouncer } from './pooler.ts';
import { bank, type World } from './world.ts';

const given = ['superuser', 'plain role'] as const;

function check(world: World, variant: string, where: readonly string[]): Promise<Ended> {
  const size = ['--sessions', '2', '--operations', '1', '--runs', '3', '--seed', '1', '--workers', '1'];
  return world.lockstep(['check', bank, '--variant', variant, ...size, ...where]);
}

async function rightVerdicts(world: World, where?: readonly string[]): Promise<void> {
  expectPair(await check(world, 'faulty,mended', where ?? (await world.where())));
}

/** As a role with these settings, which is one's own: the suite itself works as the others. */
async function asRole(
  world: World,
  settings: Readonly<Record<string, string>>,
  work: (where: readonly string[]) => Promise<void>,
): Promise<void> {
  const server = await world.given();
  await server.query(`create role odd login ${world.place === 'superuser' ? 'superuser' : 'createdb'}`);
  try {
    for (const [name, value] of Object.entries(settings))
      await server.query(`alter role odd set ${name} = '${value}'`);
    await work(['--server', server.url('odd')]);
  } finally {
    await server.dropAll();
    await server.query('drop role odd');
  }
}

const harmless: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a role with short timeouts': {
    statement_timeout: '1ms',
    lock_timeout: '1ms',
    idle_in_transaction_session_timeout: '1ms',
    idle_session_timeout: '1s',
    transaction_timeout: '100ms',
  },
  'a role whose transactions are serializable, read only and deferrable': {
    default_transaction_isolation: 'serializable',
    default_transaction_read_only: 'on',
    default_transaction_deferrable: 'on',
  },
  'a role with formats and encodings of its own': {
    client_encoding: 'LATIN1',
    datestyle: 'German',
    timezone: 'Asia/Tokyo',
    intervalstyle: 'sql_standard',
    bytea_output: 'escape',
    extra_float_digits: '-15',
    standard_conforming_strings: 'off',
    row_security: 'off',
  },
  'a role with a search_path of its own': { search_path: 'public' },
};

const full = /too many connections/;

const definitions: readonly CaseDefinition[] = [
  ...Object.entries(harmless).map(([name, settings]) => ({
    name,
    places: given,
    run: (world: World) => asRole(world, settings, (where) => rightVerdicts(world, where)),
  })),
  {
    name: 'a search_path that leads nowhere',
    places: given,
    run: (world) =>
      asRole(world, { search_path: 'nowhere' }, async (where) =>
        expectEnd(await check(world, 'faulty', where), 2, /schema .*fails.*no schema has been selected/),
      ),
  },
  {
    name: 'a database whose encoding is not UTF-8',
    places: given,
    run: async (world) => {
      const server = await world.given();
      const to = (encoding: string) =>
        server.query(
          `update pg_database set encoding = pg_char_to_encoding('${encoding}') where datname = 'template0'`,
        );
      try {
        for (const encoding of ['SQL_ASCII', 'LATIN1']) {
          await to(encoding);
          await rightVerdicts(world);
        }
      } finally {
        await to('UTF8');
      }
    },
  },
  {
    name: 'a role that may not create databases',
    quick: true,
    places: ['superuser'],
    run: async (world) => {
      const server = await world.given();
      await server.query('create role bound login');
      try {
        expectEnd(await check(world, 'faulty', ['--server', server.url('bound')]), 4, /CREATEDB/);
      } finally {
        await server.query('drop role bound');
      }
    },
  },
  {
    name: 'a role with few connections',
    places: ['plain role'],
    run: async (world) => {
      const server = await world.given();
      try {
        for (const limit of [0, 1, 2, 3, 4]) {
          await server.query(`alter role plain connection limit ${limit}`);
          expectEnd(await check(world, 'faulty', await world.where()), 4, full);
        }
        await server.query('alter role plain connection limit 8');
        await rightVerdicts(world);
      } finally {
        await server.query('alter role plain connection limit -1');
      }
    },
  },
  {
    name: 'a server with few connections',
    run: async (world) => {
      const server = await GivenServer.start(tmpdir(), {
        max_connections: '9',
        superuser_reserved_connections: '5',
        max_wal_senders: '0',
      });
      try {
        expectEnd(await check(world, 'faulty', ['--server', server.url('plain')]), 4, full);
        await rightVerdicts(world, ['--server', server.url('postgres')]);
      } finally {
        await server.stop();
      }
    },
  },
  {
    name: 'others at work on the server',
    places: given,
    run: async (world) => {
      const server = await world.given();
      const others = await Promise.all(
        Array.from({ length: 3 }, async () => {
          const client = new pg.Client({ connectionString: server.url('postgres') });
          await client.connect();
          return client;
        }),
      );
      let over = false;
      const work = others.map(async (client, number) => {
        while (!over) {
          await client.query(
            `create temporary table busy${number} as select g from generate_series(1, 20000) g`,
          );
          await client.query(
            `drop table busy${number}; select pg_advisory_lock(1); select pg_advisory_unlock(1)`,
          );
        }
      });
      try {
        await rightVerdicts(world);
      } finally {
        over = true;
        await Promise.all(work);
        await Promise.all(others.map((client) => client.end()));
      }
    },
  },
  ...['session', 'transaction'].flatMap((mode) =>
    [
      { name: 'refuses startup options', settings: {} },
      { name: 'drops startup options', settings: { ignore_startup_parameters: 'options' } },
    ].map(({ name, settings }): CaseDefinition => ({
      name: `a pgbouncer in ${mode} mode that ${name}`,
      places: ['plain role'],
      unfit: withoutPgbouncer,
      run: async (world) =>
        behindPgbouncer(await world.given(), { pool_mode: mode, ...settings }, async (url) => {
          const ended = await check(world, 'faulty', ['--server', url]);
          expectEnd(ended, 4, /startup options/, /address of the server itself/);
        }),
    })),
  ),
];

export const roles: readonly AbuseCase[] = topic('roles', definitions);
