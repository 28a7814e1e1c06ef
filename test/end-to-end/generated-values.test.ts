/**
 * Generated values in every shape in which code makes them and passes them on, each with a race and with its mend. A
 * race that hides behind "any id is as good as any other" is a false pass; an id that is taken for a value is a false alarm.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { budgetOf } from '../../src/search/budget.ts';
import { exhaust } from '../../src/search/exhaust.ts';
import { Lab } from '../../src/lab/lab.ts';
import { Trial } from '../../src/lab/trial.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { defineModel, operation, type Model } from '../../src/index.ts';

const hour = 3_600_000;
const engine = postgres();
afterAll(() => engine.close());

type Row = Record<string, any>;

/** Two customers call at once, in every way. */
async function verdictOf(model: Model): Promise<string> {
  const lab = await Lab.open(model, { engine, isolation: 'read committed' });
  try {
    const sessions = ['ann', 'ben'].map((customer) => [{ operation: 'call', args: [customer] }]);
    const scenario = { rows: {}, sessions };
    const found = await exhaust(await Trial.on(lab, scenario), budgetOf(500));
    if (found.inconclusive !== undefined) return JSON.stringify(found.inconclusive);
    if (found.failure !== undefined) return 'violated';
    return found.exhausted ? 'holds' : 'not exhausted';
  } finally {
    await lab.close();
  }
}

function model(
  schema: string,
  run: (client: Client, customer: string) => Promise<unknown>,
  more: Partial<Model> = {},
): Model {
  return defineModel({
    name: 'generated',
    schema,
    operations: { call: operation<[string]>({ run: ({ client }, customer) => run(client, customer) }) },
    ...more,
  });
}

interface Order {
  /** Columns besides `n serial` and `customer text`. */
  readonly columns: string;
  /** Statements after the table was made. */
  readonly more?: string;
  /** Columns and values that the insert gives besides the customer. */
  readonly gives?: () => Readonly<Record<string, string | { readonly value: unknown }>>;
  /** What the caller gets. */
  readonly shows?: (row: Row) => unknown;
  readonly model?: Partial<Model>;
}

/** Places an order and says which one. Faulty: it takes the newest for its own. */
function orders({
  columns,
  more = '',
  gives = () => ({}),
  shows = (row) => row,
  model: declared = {},
}: Order) {
  const schema = `create table orders (n serial, customer text, ${columns}); ${more}`;
  const inserted = async (client: Client, customer: string): Promise<Row> => {
    const given = Object.entries(gives());
    const values = given.flatMap(([, each]) => (typeof each === 'string' ? [] : [each.value]));
    let place = 1;
    const places = given.map(([, each]) => (typeof each === 'string' ? each : `$${(place += 1)}`));
    const names = ['customer', ...given.map(([name]) => name)].join();
    const text = `insert into orders (${names}) values (${['$1', ...places].join()}) returning *`;
    return (await client.query(text, [customer, ...values])).rows[0] as Row;
  };
  const newest = 'select * from orders order by n desc limit 1';
  const shown = (row: Row): unknown => shows({ ...row, n: undefined });
  return {
    faulty: model(
      schema,
      async (client, customer) => {
        await inserted(client, customer);
        const { rows } = await client.query(newest);
        // It knows whose order it is, and takes the rest from the row that it found.
        return shown({ ...(rows[0] as Row), customer });
      },
      declared,
    ),
    mended: model(schema, async (client, customer) => shown(await inserted(client, customer)), declared),
  };
}

const sql = { uuid: 'gen_random_uuid()', now: 'now()', clock: 'clock_timestamp()' };
const path = ({ id }: Row): string => `/orders/${id}`;
const trigger = (assignment: string): string =>
  `create function fill() returns trigger language plpgsql as $$ begin ${assignment} return new; end $$;
   create trigger fill before insert on orders for each row execute function fill()`;
const js = (make: () => unknown) => (): { readonly id: { readonly value: unknown } } => ({
  id: { value: make() },
});
const base36 = (): string =>
  BigInt(`0x${randomBytes(8).toString('hex')}`)
    .toString(36)
    .padStart(12, 'k');
const ulid = (): string =>
  Date.now().toString(32).toUpperCase().padStart(10, '0') +
  randomBytes(10).toString('hex').slice(0, 16).toUpperCase();

const ids: Readonly<Record<string, Order>> = {
  'serial': { columns: 'id serial' },
  'identity': { columns: 'id bigint generated always as identity' },
  'a sequence in the statement': { columns: 'id int', more: 'create sequence ids', gives: () => ({ id: `nextval('ids')` }) },
  'a sequence that counts by 50': { columns: 'id int', more: 'create sequence ids increment 50', gives: () => ({ id: `nextval('ids')` }) },
  'a sequence that cannot be moved': { columns: `id int default nextval('ids')`, more: '', model: { schema: `create sequence ids maxvalue 300; create table orders (n serial, customer text, id int default nextval('ids'))` } },
  'a uuid by default': { columns: 'id uuid default gen_random_uuid()' },
  'a uuid in the statement': { columns: 'id uuid', gives: () => ({ id: sql.uuid }) },
  'a uuid of the code': { columns: 'id uuid', gives: js(() => randomUUID()) },
  'a uuid of the code, as text': { columns: 'id text', gives: js(() => randomUUID()) },
  'a nanoid': { columns: 'id text', gives: js(() => randomBytes(16).toString('base64url').slice(0, 21)) },
  'base 36': { columns: 'id text', gives: js(base36) },
  'a ulid': { columns: 'id text', gives: js(ulid) },
  'a fraction of Math.random': { columns: 'id float8', gives: js(() => Math.random()) },
  'a large number': { columns: 'id int', gives: js(() => Math.floor(Math.random() * 2 ** 31)) },
  'a short word, often of letters only': { columns: 'id text', gives: js(() => Math.random().toString(36).slice(2, 8)) },
  'base 64': { columns: 'id text', gives: js(() => randomBytes(32).toString('base64')) },
  'a salted hash': { columns: 'id text', gives: js(() => `$2b$10$${randomBytes(40).toString('base64').replaceAll('+', '.').slice(0, 53)}`) },
  'random bytes': { columns: 'id bytea', gives: js(() => randomBytes(16)) },
  'a hash by default': { columns: `id text default md5(random()::text)` },
  'an id in a path': { columns: 'id serial', shows: path },
  'a uuid in a path': { columns: 'id uuid default gen_random_uuid()', shows: path },
  'a prefixed uuid': { columns: 'id uuid default gen_random_uuid()', shows: ({ id }) => `ord_${String(id).replaceAll('-', '')}` , more: ''},
  'an id in JSON text': { columns: 'id serial', shows: ({ id, customer }) => JSON.stringify({ customer, links: [{ rel: 'self', href: `/${id}` }] }) },
  'ids as keys': { columns: 'id serial', shows: ({ id, customer }) => ({ [id]: customer }) },
  'an array of ids': { columns: 'id serial', shows: ({ id }) => [id, [id]] },
  'a code made by a trigger': { columns: 'id serial, code text', more: trigger(`new.code := 'ORD-' || new.customer || '-' || lpad(new.id::text, 8, '0');`), shows: ({ code }) => code },
  'a hash of an id': { columns: 'id serial, code text', more: trigger('new.code := md5(new.id::text);'), shows: ({ code }) => code },
  'an id in hexadecimal digits': { columns: 'id serial, code text', more: trigger('new.code := to_hex(new.id);'), shows: ({ code }) => code },
  'a declared pin': { columns: 'id serial, pin text', more: trigger('new.pin := floor(random() * 1e6)::int::text;'), shows: ({ pin, id }) => ({ pin, id }), model: { generated: { orders: ['pin'] } } },
}; // prettier-ignore

describe('an order that takes another for its own', () => {
  test.each(Object.keys(ids))('%s', async (name) => {
    const { faulty, mended } = orders(ids[name]!);
    expect([await verdictOf(faulty), await verdictOf(mended)]).toEqual(['violated', 'holds']);
  });
});

interface Kept {
  readonly schema: string;
  /** Statements after the stock went down. */
  readonly writes: readonly string[];
  readonly values?: () => readonly unknown[];
}

/** Sells one of two, and writes it down together with generated values. Faulty: it counts down in the code. */
function stock({ schema, writes, values = () => [] }: Kept) {
  const all = `create table stock (left_over int); insert into stock values (5); ${schema}`;
  const written = async (client: Client, customer: string): Promise<unknown> => {
    const seen: unknown[] = [];
    for (const text of writes) seen.push((await client.query(text, [customer, ...values()])).rows);
    return seen;
  };
  return {
    faulty: model(all, async (client, customer) => {
      const { rows } = await client.query('select left_over from stock');
      await client.query('update stock set left_over = $1', [rows[0].left_over - 1]);
      return written(client, customer);
    }),
    mended: model(all, async (client, customer) => {
      await client.query('update stock set left_over = left_over - 1');
      return written(client, customer);
    }),
  };
}

const sales = (columns: string): string =>
  `create table sales (id serial primary key, customer text, ${columns})`;
const kept: Readonly<Record<string, Kept>> = {
  'now() by default': { schema: sales('at timestamptz default now()'), writes: ['insert into sales (customer) values ($1) returning *'] },
  'now() in the statement': { schema: sales('at timestamptz'), writes: ['insert into sales (customer) values ($1)', 'update sales set at = now() where customer = $1 returning at'] },
  'clock_timestamp() in text': { schema: sales('at text'), writes: ['insert into sales (customer, at) values ($1, clock_timestamp()::text) returning at'] },
  'a timestamp in seconds': { schema: sales('at timestamptz(0) default now()'), writes: ['insert into sales (customer) values ($1) returning at'] },
  'a local timestamp': { schema: sales('at timestamp default localtimestamp'), writes: ['insert into sales (customer) values ($1) returning at'] },
  'a date': { schema: sales('at date default current_date'), writes: ['insert into sales (customer) values ($1) returning at'] },
  'seconds since 1970': { schema: sales('at bigint default extract(epoch from now())'), writes: ['insert into sales (customer) values ($1) returning at'] },
  'new Date()': { schema: sales('at timestamptz'), writes: ['insert into sales (customer, at) values ($1, $2) returning at'], values: () => [new Date()] },
  'Date.now()': { schema: sales('at bigint'), writes: ['insert into sales (customer, at) values ($1, $2) returning at'], values: () => [Date.now()] },
  'an expiry in milliseconds': { schema: sales('at bigint'), writes: ['insert into sales (customer, at) values ($1, $2) returning at'], values: () => [Date.now() + hour] },
  'an expiry in seconds': { schema: sales('at bigint'), writes: ['insert into sales (customer, at) values ($1, $2) returning at'], values: () => [Math.floor((Date.now() + hour) / 1_000)] },
  'an expiry in whole seconds': { schema: sales('at timestamptz'), writes: ['insert into sales (customer, at) values ($1, $2) returning at'], values: () => [new Date(Math.floor(Date.now() / 1_000) * 1_000 + hour)] },
  'toISOString()': { schema: sales('at text'), writes: ['insert into sales (customer, at) values ($1, $2) returning at'], values: () => [new Date().toISOString()] },
  'an audit of whole rows': {
    schema: `${sales('at timestamptz default now(), key uuid default gen_random_uuid()')};
      create table audit (id serial, what jsonb);
      create function audit() returns trigger language plpgsql
        as $$ begin insert into audit (what) values (to_jsonb(new)); return new; end $$;
      create trigger audit after insert on sales for each row execute function audit()`,
    writes: ['insert into sales (customer) values ($1) returning *', 'select count(*)::int from audit where what->>\'customer\' = $1'],
  },
  'one of a few places by default': { schema: sales(`place text default (array['warehouse north', 'warehouse south'])[1 + floor(random() * 2)::int]`), writes: ['insert into sales (customer) values ($1)'] },
  'a growing array of ids': { schema: `${sales('n int')}; create table all_sales (ids int[], log text); insert into all_sales values ('{}', '')`, writes: ['with sold as (insert into sales (customer) values ($1) returning id) update all_sales set ids = ids || id, log = log || $1 || id || \';\' from sold'] },
}; // prettier-ignore

describe('a lost update beside generated values', () => {
  test.each(Object.keys(kept))('%s', async (name) => {
    const { faulty, mended } = stock(kept[name]!);
    expect([await verdictOf(faulty), await verdictOf(mended)]).toEqual(['violated', 'holds']);
  });
});

/** A column with such a default, and a value in it that the code made out of the one before. Faulty: in two statements. */
const defaults: Readonly<Record<string, string>> = {
  'a short code': 'substr(md5(random()::text), 1, 4)',
  'a PIN of six digits': `lpad(floor(random() * 1e6)::int::text, 6, '0')`,
  "the role's name": 'current_user',
  'the number of the transaction': 'txid_current()::text',
};

describe('a lost update of what is generated by default', () => {
  test.each(Object.keys(defaults))('%s', async (name) => {
    const schema = `create table voucher (code text default ${defaults[name]}); insert into voucher values ('a')`;
    const faulty = model(schema, async (client, customer) => {
      const { rows } = await client.query('select code from voucher');
      await client.query('update voucher set code = $1', [rows[0].code + customer[0]]);
    });
    const mended = model(schema, async (client, customer) => {
      await client.query('update voucher set code = code || $1', [customer[0]]);
    });
    expect([await verdictOf(faulty), await verdictOf(mended)]).toEqual(['violated', 'holds']);
  });
});

/** Times that users mean: an hour later, the next free slot. Faulty: computed in the code, or from a read. */
const times: Readonly<Record<string, { readonly type: string; readonly start: string; readonly later: string; readonly inCode: (at: any) => unknown }>> = {
  'timestamptz': { type: 'timestamptz', start: '2030-05-01 10:00:00+00', later: `at + interval '1 hour'`, inCode: (at: Date) => new Date(at.getTime() + hour) },
  'timestamptz with a clock for default': { type: 'timestamptz default now()', start: '2030-05-01 10:00:00+00', later: `at + interval '1 hour'`, inCode: (at: Date) => new Date(at.getTime() + hour) },
  'timestamp': { type: 'timestamp', start: '2030-05-01 10:00:00', later: `at + interval '1 hour'`, inCode: (at: Date) => new Date(at.getTime() + hour) },
  'date': { type: 'date', start: '2030-05-01', later: 'at + 1', inCode: (at: Date) => new Date(at.getTime() + 24 * hour) },
  'time': { type: 'time', start: '10:00:00', later: `at + interval '1 hour'`, inCode: (at: string) => `${Number(at.slice(0, 2)) + 1}:00` },
  'text': { type: 'text', start: '2030-05-01T10:00:00.000Z', later: `to_char((at::timestamptz + interval '1 hour') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`, inCode: (at: string) => new Date(Date.parse(at) + hour).toISOString() },
  'milliseconds': { type: 'bigint', start: '1900000000000', later: `at + ${hour}`, inCode: (at: string) => Number(at) + hour },
}; // prettier-ignore

describe('times that mean something', () => {
  test.each(Object.keys(times))('a deadline that is put off twice, %s', async (name) => {
    const { type, start, later, inCode } = times[name]!;
    const schema = `create table deadline (at ${type}); insert into deadline values ('${start}')`;
    const faulty = model(schema, async (client) => {
      const { rows } = await client.query('select at from deadline');
      await client.query('update deadline set at = $1', [inCode(rows[0].at)]);
    });
    const mended = model(
      schema,
      async (client) => void (await client.query(`update deadline set at = ${later}`)),
    );
    expect([await verdictOf(faulty), await verdictOf(mended)]).toEqual(['violated', 'holds']);
  });

  test.each(Object.keys(times))('a slot that two take, %s', async (name) => {
    const { type, start, later } = times[name]!;
    const schema = `create table booking (at ${type}, customer text); insert into booking values ('${start}', 'zoe')`;
    const next = `select max(${later})::text as at from booking`;
    const book = async (client: Client, customer: string): Promise<unknown> => {
      const { rows } = await client.query(next);
      await client.query('insert into booking values ($1, $2)', [rows[0].at, customer]);
      return rows[0].at;
    };
    const mended = model(schema, async (client, customer) => {
      await client.query('begin');
      await client.query('lock booking in share row exclusive mode');
      const at = await book(client, customer);
      await client.query('commit');
      return at;
    });
    expect([await verdictOf(model(schema, book)), await verdictOf(mended)]).toEqual(['violated', 'holds']);
  });

  test('a lease: put off by an hour from what it was, or from now', async () => {
    const schema = `create table lease (until timestamptz); insert into lease values ('2030-05-01 10:00:00+00')`;
    const extend = (lock: string) => async (client: Client, who: string) => {
      await client.query('begin');
      const { rows } = await client.query(`select until from lease ${lock}`);
      const renewed = who === 'ann' ? new Date() : new Date(rows[0].until.getTime() + hour);
      await client.query('update lease set until = $1 ', [renewed]);
      await client.query('commit');
      return who === 'ann' ? 'renewed' : rows[0].until.getFullYear() === 2030;
    };
    expect([
      await verdictOf(model(schema, extend(''))),
      await verdictOf(model(schema, extend('for update'))),
    ]).toEqual(['violated', 'holds']);
  });
});
