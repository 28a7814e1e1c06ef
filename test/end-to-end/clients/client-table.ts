/** The lines of the table of clients over the wire in docs/libraries.md, and the versions of what is installed here. */
import { spawnSync } from 'node:child_process';
import type { CheckResult } from '../../../src/index.ts';
import { shownCell } from '../../support/page-table.ts';

interface Client {
  /** The name of its model. */
  readonly model: string;
  readonly name: string;
  /** What to run for its version. It fails if the client, or what it needs, is not installed; CI installs these. */
  readonly version: readonly [string, ...string[]];
  /** What of the client was tried, in a few words. */
  readonly shown: string;
  /** What a user has to know, in a sentence. */
  readonly trouble?: string;
}

const python = (script: string) => ['/usr/bin/python3', '-c', script] as const;
const shell = (script: string) => ['sh', '-c', script] as const;
/** Fails if the package is not installed, and prints its version. */
const debian = "dpkg-query -f '${Version}' -W";

export const clients: readonly Client[] = [
  {
    model: 'django-get-or-create',
    name: 'Django, psycopg2',
    version: python(
      'import django as d, psycopg2 as p; print(d.__version__, p.__version__.split()[0], sep=", ")',
    ),
    shown: 'get_or_create, in transaction.atomic()',
    trouble: 'A violation at repeatable read; at read committed it is the mended form.',
  },
  {
    model: 'sqlalchemy-counter',
    name: 'SQLAlchemy, psycopg2',
    version: python(
      'import sqlalchemy as s, psycopg2 as p; print(s.__version__, p.__version__.split()[0], sep=", ")',
    ),
    shown: 'Session, an attribute that is read and written',
  },
  {
    model: 'activerecord-likes',
    name: 'ActiveRecord, pg',
    version: [
      'ruby',
      '-e',
      'require "active_record"; require "pg"; puts [ActiveRecord.version, PG::VERSION].join(", ")',
    ],
    shown: 'validates uniqueness',
  },
  {
    model: 'go-stock',
    name: 'Go, lib/pq',
    version: shell(`go env GOVERSION && ${debian} golang-github-lib-pq-dev`),
    shown: 'database/sql, transactions',
  },
  {
    model: 'pgx-coupons',
    name: 'Go, pgx',
    version: shell(`go env GOVERSION && ${debian} golang-github-jackc-pgx-v4-dev`),
    shown: 'pgxpool, transactions, a batch',
  },
  {
    model: 'jdbc-seats',
    name: 'Java, JDBC',
    version: shell(
      `javac -version | cut -d' ' -f2 && ${debian} libgoogle-gson-java >/dev/null && ${debian} libpostgresql-jdbc-java`,
    ),
    shown: 'prepared statements, without autocommit',
  },
  {
    model: 'psycopg',
    name: 'psycopg',
    version: python('import psycopg as p; print(p.__version__)'),
    shown: 'connection.transaction()',
  },
  {
    model: 'asyncpg',
    name: 'asyncpg',
    version: python('import asyncpg as p; print(p.__version__)'),
    shown: 'connection.transaction(), fetchval',
  },
  {
    model: 'psql-invoices',
    name: 'psql',
    version: shell('/usr/bin/python3 --version >/dev/null && psql --version | cut -d" " -f3'),
    shown: '`\\gset` and `\\i`, a session that stays open',
  },
];

const versions = new Map(
  clients.map(({ model, version: [command, ...args] }) => {
    const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
    return [model, status === 0 ? stdout.trim().replaceAll('\n', ', ') : undefined] as const;
  }),
);

/** What a client says of its version, or undefined if it cannot be run here. */
export const versionOf = (model: string): string | undefined => versions.get(model);

/** @param results by the model's name and the form, of which the mended one holds */
export function linesOf(results: ReadonlyMap<string, CheckResult>): readonly (readonly string[])[] {
  const rows = clients.map(({ model, name, shown, trouble = '' }) => {
    const [faulty, mended] = [results.get(`${model} faulty`), results.get(`${model} mended`)];
    return [
      name,
      // Debian mends what it ships: another version than the page's is no mistake of the page.
      (process.env['UPDATE_DOCS'] === '1' ? undefined : shownCell(name, 1)) ?? versionOf(model) ?? '',
      shown,
      'worker, proxy',
      `${faulty?.verdict} after ${faulty?.coverage.schedules} schedules`,
      `${mended?.verdict}, all ${mended?.coverage.schedules} schedules`,
      trouble,
    ];
  });
  return [['client', 'version', 'what was run', 'path', 'read, then write', 'mended', 'to know'], ...rows];
}
