/** The examples in other languages, and the web application: the faulty form is found and replayed, the other one holds. */
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import {
  check,
  formatResult,
  replay,
  type CheckOptions,
  type CheckResult,
  type Model,
} from '../../../src/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { expectShown } from '../../support/guides.ts';
import { expectTable } from '../../support/page-table.ts';
import { clients, linesOf, versionOf } from './client-table.ts';
import { call } from './support.ts';

const folder = new URL('../../../examples/', import.meta.url);
const isInstalled = existsSync(new URL('node_modules/pg-lockstep', folder));
if (!isInstalled)
  console.log('the examples are not installed (npm ci --prefix examples): their tests are skipped');

/** A model of an example, by its name there. They import the package as a project does. */
async function modelOf(file: string, name: string): Promise<Model> {
  const models = (await import(new URL(file, folder).href)) as Readonly<Record<string, Model>>;
  const model = models[name];
  if (model === undefined) throw new Error(`${file} has no model ${name}`);
  return model;
}

const engine = postgres();
afterAll(() => engine.close());

type Sessions = readonly (readonly ReturnType<typeof call>[])[];
const one = (sessions: Sessions): Pick<CheckOptions, 'engine' | 'numRuns' | 'examples'> => ({
  engine,
  numRuns: 1,
  examples: [{ rows: {}, sessions }],
});

const results = new Map<string, CheckResult>();
const isMissing = (model: string): boolean => !isInstalled || versionOf(model) === undefined;

/** The race is found and replayed; the guide of the example, a folder with the model's name, shows it. */
async function expectFound(
  model: Model,
  sessions: Sessions,
  options: Partial<CheckOptions> = {},
): Promise<string> {
  const result = await check(model, { ...one(sessions), certify: false, ...options });
  expectShown(model.name, result);
  expect(result.verdict).toBe('violated');
  const again = await replay(model, result.counterexample?.replay ?? '', { engine, times: 20 });
  expect(again.exploration.inconclusive).toBeUndefined();
  expect(again.counterexample?.violation).toEqual(result.counterexample?.violation);
  results.set(`${model.name} faulty`, result);
  return formatResult(result);
}

async function expectHolds(
  model: Model,
  sessions: Sessions,
  options: Partial<CheckOptions> = {},
): Promise<void> {
  const result = await check(model, { ...one(sessions), ...options });
  expect(result.verdict).toBe('holds');
  expect(result.coverage.exhaustive).toBe(1);
  results.set(`${model.name} mended`, result);
}

describe.skipIf(!isInstalled)('a web application tested through its routes', () => {
  const sessions = [[call('deposit', 5)], [call('close')]];

  test('money comes onto an account as it is closed', async () => {
    const text = await expectFound(await modelOf('web-accounts/accounts.model.ts', 'reported'), sessions);
    expect(text).toContain('update accounts set closed = true');
    expect(text).toContain('= {status: 200, body: {closed: true}}');
  });

  test('not with the row locked', async () =>
    expectHolds(await modelOf('web-accounts/accounts.model.ts', 'locked'), sessions));
});

describe.skipIf(isMissing('django-get-or-create'))('Django (python3-django, python3-psycopg2)', () => {
  const red = [call('getOrCreate', 'red')];

  test('its get_or_create holds at read committed', async () =>
    expectHolds(await modelOf('django-get-or-create/tags.model.ts', 'tags'), [red, red]));

  test('at repeatable read an IntegrityError comes out of it, shown with the SQL of Django', async () => {
    const text = await expectFound(await modelOf('django-get-or-create/tags.model.ts', 'tags'), [red, red], {
      isolation: 'repeatable read',
    });
    expect(text).toContain(`INSERT INTO "tags" ("name") VALUES ('red')`);
    expect(text).toContain('ROLLBACK TO SAVEPOINT');
    expect(text).toContain('! error 23505 (tags_name_key)');
  });
});

describe.skipIf(isMissing('sqlalchemy-counter'))('SQLAlchemy (python3-sqlalchemy, python3-psycopg2)', () => {
  const visit = (name: string): Sessions => [[call(name)], [call(name)]];

  test('an attribute that is read and written loses a visit', async () => {
    const text = await expectFound(
      await modelOf('sqlalchemy-counter/visits.model.ts', 'reported'),
      visit('visit'),
    );
    expect(text).toContain('lost update (P4)');
    expect(text).toContain('UPDATE pages SET visits=1');
  });

  test('not if the database adds', async () =>
    expectHolds(await modelOf('sqlalchemy-counter/visits.model.ts', 'mended'), visit('visitAtomically')));
});

describe.skipIf(isMissing('activerecord-likes'))('ActiveRecord (ruby-activerecord, ruby-pg)', () => {
  const ann = [call('like', 'ann')];

  test('a validation of uniqueness lets two likes in', async () => {
    const text = await expectFound(await modelOf('activerecord-likes/likes.model.ts', 'reported'), [
      ann,
      ann,
    ]);
    expect(text).toContain('INSERT INTO "likes"');
  });

  test('not with a unique index', async () =>
    expectHolds(await modelOf('activerecord-likes/likes.model.ts', 'mended'), [ann, ann]));
});

describe.skipIf(isMissing('go-stock'))('Go (golang-go, golang-github-lib-pq-dev)', () => {
  const sell = (name: string): Sessions => [[call(name, 3)], [call(name, 2)]];

  test('a stock that is read and written is sold twice', async () => {
    const text = await expectFound(await modelOf('go-stock/stock.model.ts', 'reported'), sell('sell'));
    expect(text).toContain('update stock set pieces');
  });

  test('not with the row locked', async () =>
    expectHolds(await modelOf('go-stock/stock.model.ts', 'mended'), sell('sellLocked')));
});

describe.skipIf(isMissing('psql-invoices'))('psql (postgresql-client)', () => {
  const two = (name: string): Sessions => [[call(name, 'ann')], [call(name, 'bob')]];

  test('a script with \\gset gives a number twice', async () => {
    const text = await expectFound(
      await modelOf('psql-invoices/invoices.model.ts', 'reported'),
      two('invoice'),
    );
    expect(text).toContain('select coalesce(max(number), 0) + 1 as next');
    expect(text).toContain("values (1, 'ann')");
  });

  test('not with the table locked', async () =>
    expectHolds(await modelOf('psql-invoices/invoices.model.ts', 'mended'), two('invoiceLocked')));
});

test.skipIf(clients.some(({ model }) => isMissing(model)))('docs/libraries.md has the table of clients', () =>
  expectTable(linesOf(results)),
);
