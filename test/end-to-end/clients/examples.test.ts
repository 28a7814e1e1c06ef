/** The examples in other languages, and the web application: the faulty form is found and replayed, the other one holds. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import {
  check,
  formatResult,
  processes,
  replay,
  type CheckOptions,
  type CheckResult,
  type Model,
} from '../../../src/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { expectShown } from '../../support/guides.ts';
import { expectTable } from '../../support/page-table.ts';
import { clients, linesOf, versionOf } from './client-table.ts';
import { CompiledPrograms } from './compiled-programs.ts';
import { bankIn, call, workers } from './support.ts';

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
const programs = new CompiledPrograms();
afterAll(async () => {
  await engine.close();
  programs.remove();
});

type Options = Partial<CheckOptions>;
type Sessions = readonly (readonly ReturnType<typeof call>[])[];
const one = (sessions: Sessions): Pick<CheckOptions, 'engine' | 'numRuns' | 'examples'> => ({
  engine,
  numRuns: 1,
  examples: [{ rows: {}, sessions }],
});

const results = new Map<string, CheckResult>();
const isMissing = (model: string): boolean => !isInstalled || versionOf(model) === undefined;

/** The race is found and replayed. */
async function expectFound(model: Model, sessions: Sessions, options: Options = {}): Promise<CheckResult> {
  const result = await check(model, { ...one(sessions), certify: false, ...options });
  expect(result.verdict).toBe('violated');
  const { clients } = options;
  const line = result.counterexample?.replay ?? '';
  const again = await replay(model, line, { engine, times: 20, ...(clients && { clients }) });
  expect(again.exploration.inconclusive).toBeUndefined();
  expect(again.counterexample?.violation).toEqual(result.counterexample?.violation);
  results.set(`${model.name} faulty`, result);
  return result;
}

/** And the guide of the example, in a folder with the model's name, shows it. */
async function expectShownRace(model: Model, sessions: Sessions, options: Options = {}): Promise<string> {
  const result = await expectFound(model, sessions, options);
  expectShown(model.name, result);
  return formatResult(result);
}

async function expectHolds(model: Model, sessions: Sessions, options: Options = {}): Promise<void> {
  const result = await check(model, { ...one(sessions), ...options });
  expect(result.verdict).toBe('holds');
  expect(result.coverage.exhaustive).toBe(1);
  results.set(`${model.name} mended`, result);
}

describe.skipIf(!isInstalled)('a web application tested through its routes', () => {
  const sessions = [[call('deposit', 5)], [call('close')]];

  test('money comes onto an account as it is closed', async () => {
    const text = await expectShownRace(await modelOf('web-accounts/accounts.model.ts', 'reported'), sessions);
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
    const text = await expectShownRace(
      await modelOf('django-get-or-create/tags.model.ts', 'tags'),
      [red, red],
      {
        isolation: 'repeatable read',
      },
    );
    expect(text).toContain(`INSERT INTO "tags" ("name") VALUES ('red')`);
    expect(text).toContain('ROLLBACK TO SAVEPOINT');
    expect(text).toContain('! error 23505 (tags_name_key)');
  });
});

describe.skipIf(isMissing('sqlalchemy-counter'))('SQLAlchemy (python3-sqlalchemy, python3-psycopg2)', () => {
  const visit = (name: string): Sessions => [[call(name)], [call(name)]];

  test('an attribute that is read and written loses a visit', async () => {
    const text = await expectShownRace(
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
    const text = await expectShownRace(await modelOf('activerecord-likes/likes.model.ts', 'reported'), [
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
  const clients = processes({ command: programs.go('go-stock') });

  test('a stock that is read and written is sold twice', async () => {
    const model = await modelOf('go-stock/stock.model.ts', 'reported');
    expect(await expectShownRace(model, sell('sell'), { clients })).toContain('update stock set pieces');
  });

  test('not with the row locked', async () =>
    expectHolds(await modelOf('go-stock/stock.model.ts', 'mended'), sell('sellLocked'), { clients }));
});

describe.skipIf(isMissing('pgx-coupons'))('Go (golang-go, golang-github-jackc-pgx-v4-dev)', () => {
  const redeem = (name: string): Sessions => [[call(name, 'spring')], [call(name, 'spring')]];
  const clients = processes({ command: programs.go('pgx-coupons') });

  test('a coupon is used twice, by batches', async () => {
    const model = await modelOf('pgx-coupons/coupons.model.ts', 'reported');
    const text = await expectShownRace(model, redeem('redeem'), { clients });
    // The server told the driver the types of its values, which it then sent as bytes.
    expect(text).toContain('update coupons set uses_left = 0 where code');
  });

  test('not with the row locked', async () => {
    const model = await modelOf('pgx-coupons/coupons.model.ts', 'mended');
    await expectHolds(model, redeem('redeemLocked'), { clients });
  });
});

describe.skipIf(isMissing('jdbc-seats'))('Java (a JDK, libpostgresql-jdbc-java, libgoogle-gson-java)', () => {
  const book = (name: string): Sessions => [[call(name, 1, 'ann')], [call(name, 1, 'bob')]];
  const clients = processes({ command: programs.java('jdbc-seats', 'Seats') });

  test('a seat is booked twice', async () => {
    const model = await modelOf('jdbc-seats/seats.model.ts', 'reported');
    const text = await expectShownRace(model, book('book'), { clients });
    expect(text).toContain("update seats set guest = 'ann'");
  });

  test('not with the row locked', async () =>
    expectHolds(await modelOf('jdbc-seats/seats.model.ts', 'mended'), book('bookLocked'), { clients }));
});

describe.each(['psycopg', 'asyncpg'])('%s', (name) => {
  const env = { SDK: fileURLToPath(new URL('sdk/python', folder)) };
  const clients = processes({ command: ['/usr/bin/python3', `${workers}bank_${name}.py`], env });
  const bank = (operation: string): Model => ({ ...bankIn(clients, { [operation]: {} }), name });
  const two = (operation: string): Sessions => [[call(operation, 1)], [call(operation, 2)]];

  test.skipIf(versionOf(name) === undefined)('a deposit is lost, and none with the row locked', async () => {
    await expectFound(bank('deposit'), two('deposit'));
    await expectHolds(bank('careful'), two('careful'), { certify: false });
  });
});

describe.skipIf(isMissing('psql-invoices'))('psql (postgresql-client)', () => {
  const two = (name: string): Sessions => [[call(name, 'ann')], [call(name, 'bob')]];

  test('a script with \\gset gives a number twice', async () => {
    const text = await expectShownRace(
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
