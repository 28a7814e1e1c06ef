/** What clients see of PGlite's one session. One instance serves the whole file. */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../../src/driver/contract.ts';
import { framesOf } from '../../../../src/driver/pglite/messages.ts';
import { pglite } from '../../../../src/driver/pglite/index.ts';
import { serialize } from './wire.ts';

const role = { kind: 'session', isolation: 'read committed' } as const;
const driver = pglite();
const opened: pg.Client[] = [];
let database: Database;

async function connect(): Promise<pg.Client> {
  const client = new pg.Client(database.clientConfig(role));
  // A terminated connection reports itself here as well as to its statement.
  client.on('error', () => {});
  opened.push(await client.connect());
  return client;
}

const pidOf = (client: pg.Client): number => (client as pg.Client & { processID: number }).processID;

/** Whether a promise is settled once every immediate that is due has run: no time passes. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = (): void => void (settled = true);
  promise.then(settle, settle);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

beforeAll(async () => {
  database = await driver.open();
});
beforeEach(async () => {
  const client = await connect();
  await client.query('create table account (id int primary key, balance int not null check (balance >= 0))');
  await client.query('insert into account values (1, 10)');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.end()));
  const client = await connect();
  await client.query('drop table account');
  await Promise.all(opened.splice(0).map((client) => client.end()));
});
afterAll(() => driver.close());

test('says what it is', () => {
  expect(database.engine).toMatch(/^pglite \d+\.\d+\.\d+ \(postgres \d+\.\d+\)$/);
  expect(database.capabilities.concurrentTransactions).toBe(false);
});

test('values are what pg gives on any Postgres', async () => {
  const client = await connect();
  const { rows } = await client.query(
    `select 9007199254740993::int8 as big, 1.50::numeric as exact, '{"a":[1]}'::jsonb as json,
      '2020-01-02T03:04:05Z'::timestamptz as at, array[1,2] as list, '\\x01ff'::bytea as bytes, null as nothing,
      $1::text as text`,
    ['é'],
  );
  expect(rows).toEqual([
    {
      big: '9007199254740993',
      exact: '1.50',
      json: { a: [1] },
      at: new Date('2020-01-02T03:04:05Z'),
      list: [1, 2],
      bytes: Buffer.from([1, 255]),
      nothing: null,
      text: 'é',
    },
  ]);
});

test('large values and many rows arrive whole', async () => {
  const client = await connect();
  const text = 'é'.repeat(1_500_000);
  const { rows } = await client.query('select $1::text as text from generate_series(1, 2)', [text]);
  expect(rows.map((row) => row.text === text)).toEqual([true, true]);
  expect((await client.query('select * from generate_series(1, 50000)')).rowCount).toBe(50_000);
});

test('autocommit statements of two clients interleave', async () => {
  const [a, b] = [await connect(), await connect()];
  const read = 'select balance from account';
  const write = 'update account set balance = $1';
  const seen = [(await a.query(read)).rows[0].balance, (await b.query(read)).rows[0].balance];
  await a.query(write, [seen[0] + 5]);
  expect(database.wouldWait(b)).toBe(false);
  await b.query(write, [seen[1] + 7]);
  expect((await a.query(read)).rows).toEqual([{ balance: 17 }]);
});

test('an open transaction holds everybody else back until it ends, in order of arrival', async () => {
  const [a, b, c] = [await connect(), await connect(), await connect()];
  await a.query('begin');
  expect([a, b, c].map((client) => database.wouldWait(client))).toEqual([false, true, true]);
  const order: string[] = [];
  const second = b
    .query('select balance from account')
    .then(({ rows }) => order.push(`b ${rows[0].balance}`));
  const third = c.query('select $1::int', [1]).then(() => order.push('c'));
  await a.query('update account set balance = 11');
  expect(await isSettled(Promise.race([second, third]))).toBe(false);
  await a.query('commit').then(() => order.push('a'));
  await Promise.all([second, third]);
  expect(order).toEqual(['a', 'b 11', 'c']);
  expect([a, b, c].map((client) => database.wouldWait(client))).toEqual([false, false, false]);
});

test('connecting needs no turn', async () => {
  const a = await connect();
  await a.query('begin');
  const b = await connect();
  expect(database.wouldWait(b)).toBe(true);
  await a.query('rollback');
  await b.query('select 1');
});

test('errors carry what Postgres says and leave the connection usable, simple and extended', async () => {
  const client = await connect();
  const cases: [() => Promise<unknown>, object][] = [
    [() => client.query('selec 1'), { code: '42601' }],
    [() => client.query('selec $1', [1]), { code: '42601' }],
    [() => client.query('select $1::int', ['x']), { code: '22P02' }],
    [() => client.query('select 1 / $1::int', [0]), { code: '22012' }],
    [() => client.query('select 1; select 1/0; select 2'), { code: '22012' }],
    [
      () => client.query('insert into account values (1, 1)'),
      {
        code: '23505',
        constraint: 'account_pkey',
        table: 'account',
        schema: 'public',
        detail: 'Key (id)=(1) already exists.',
      },
    ],
    [
      () => client.query('update account set balance = $1', [-1]),
      { code: '23514', constraint: 'account_balance_check', table: 'account' },
    ],
  ];
  for (const [run, expected] of cases) {
    await expect(run()).rejects.toMatchObject(expected);
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect((await client.query('select $1::int as one', [1])).rows).toEqual([{ one: 1 }]);
  }
});

test('a failed transaction goes on holding until it is rolled back, and savepoints work', async () => {
  const [a, b] = [await connect(), await connect()];
  await a.query('begin');
  await a.query('savepoint s');
  await expect(a.query('select 1/$1::int', [0])).rejects.toMatchObject({ code: '22012' });
  await expect(a.query('select 1')).rejects.toMatchObject({ code: '25P02' });
  expect(database.wouldWait(b)).toBe(true);
  await a.query('rollback to savepoint s');
  await a.query('update account set balance = 12');
  await expect(a.query('selec')).rejects.toMatchObject({ code: '42601' });
  expect((await a.query('commit')).command).toBe('ROLLBACK');
  expect(database.wouldWait(b)).toBe(false);
  expect((await b.query('select balance from account')).rows).toEqual([{ balance: 10 }]);
});

test('every unit is answered by one well-formed reply with one ReadyForQuery at its end', async () => {
  const texts = [
    'select 1',
    '',
    'selec',
    'select 1/0 as a, b',
    'begin',
    'selec',
    'select 1',
    'rollback',
    'discard all',
  ];
  const extended = (text: string): Buffer =>
    Buffer.concat([
      serialize.parse({ text }),
      serialize.bind({}),
      serialize.describe({ type: 'P' }),
      serialize.execute({}),
      serialize.sync(),
    ]);
  const stream = database.clientConfig(role).stream?.();
  if (stream === undefined) throw new Error('no stream');
  const chunks: Buffer[] = [];
  const units = [...texts.map((text) => serialize.query(text)), ...texts.map(extended)];
  const done = new Promise<void>((resolve) => {
    let ready = 0;
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      ready += [...framesOf(chunk)].filter(({ type }) => type === 'Z').length;
      if (ready === units.length + 1) resolve();
    });
  });
  stream.write(Buffer.concat([serialize.startup({ user: 'postgres' }), ...units]));
  await done;
  stream.destroy();
  const greeting = chunks.shift();
  expect([...framesOf(greeting ?? Buffer.alloc(0))].map(({ type }) => type).join('')).toMatch(/^RS+KZ$/);
  // ParameterStatus (S) may come with any reply.
  const replies = chunks.map((chunk) =>
    [...framesOf(chunk)]
      .map(({ type }) => type)
      .join('')
      .replaceAll('S', ''),
  );
  expect(replies.slice(0, texts.length)).toEqual(['TDCZ', 'IZ', 'EZ', 'EZ', 'CZ', 'EZ', 'EZ', 'CZ', 'CZ']);
  expect(replies.slice(texts.length)).toEqual([
    '12TDCZ',
    '12nIZ',
    'EZ',
    'EZ',
    '12nCZ',
    'EZ',
    'EZ',
    '12nCZ',
    '12nCZ',
  ]);
  const lengths = chunks.map((chunk) => [...framesOf(chunk)].at(-1)?.end === chunk.length);
  expect(lengths.every(Boolean)).toBe(true);
});

test('two clients may use one name for different prepared statements', async () => {
  const [a, b] = [await connect(), await connect()];
  const ask = (client: pg.Client, text: string): Promise<unknown> =>
    client.query({ name: 'q', text, values: [1] }).then(({ rows }) => rows[0]);
  for (let round = 0; round < 2; round++) {
    expect(await ask(a, 'select $1::int as a')).toEqual({ a: 1 });
    expect(await ask(b, 'select $1::text as b')).toEqual({ b: '1' });
  }
  await a.end();
  expect(await ask(b, 'select $1::text as b')).toEqual({ b: '1' });
  expect((await b.query('select count(*)::int as open from pg_prepared_statements')).rows).toEqual([
    { open: 1 },
  ]);
});

test('rows fetched in pages hold the session between the pages', async () => {
  const [a, b] = [await connect(), await connect()];
  const paged = new pg.Query({ text: 'select * from generate_series(1, 5)', rows: 2 } as pg.QueryConfig);
  const rows: unknown[] = [];
  paged.on('row', (row) => rows.push(row));
  const ended = new Promise((resolve) => paged.on('end', resolve));
  a.query(paged);
  const other = b.query('select 1').then(() => rows.length);
  await ended;
  expect(rows).toHaveLength(5);
  expect(await other).toBe(5);
});

test('several statements in one text, notices, and a command that returns nothing', async () => {
  const client = await connect();
  const results = await client.query('select 1 as a; update account set balance = 3; select 2 as b');
  expect(
    (results as unknown as pg.QueryResult[]).map(({ command, rowCount }) => [command, rowCount]),
  ).toEqual([
    ['SELECT', 1],
    ['UPDATE', 1],
    ['SELECT', 1],
  ]);
  const notices: (string | undefined)[] = [];
  client.on('notice', ({ message }) => notices.push(message));
  await client.query(`do $$ begin raise notice 'hello'; end $$`);
  expect(notices).toEqual(['hello']);
});

test('COPY: rows in and out, and no harm where nobody feeds it', async () => {
  const stream = database.clientConfig(role).stream?.();
  if (stream === undefined) throw new Error('no stream');
  const chunks: Buffer[] = [];
  let wake = (): void => {};
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    wake();
  });
  const types = async (until: RegExp): Promise<string> => {
    for (;;) {
      const seen = [...framesOf(Buffer.concat(chunks))].map(({ type }) => type).join('');
      if (until.test(seen)) {
        chunks.length = 0;
        return seen;
      }
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  stream.write(serialize.startup({ user: 'postgres' }));
  await types(/Z$/);
  stream.write(serialize.query('copy account from stdin'));
  expect(await types(/G$/)).toBe('G');
  stream.write(serialize.copyData(Buffer.from('2\t20\n3\t')));
  stream.write(serialize.copyData(Buffer.from('30\n')));
  stream.write(serialize.copyDone());
  expect(await types(/Z$/)).toBe('CZ');
  stream.write(serialize.query('copy account to stdout'));
  expect(await types(/Z$/)).toMatch(/^Hd+cCZ$/);
  stream.destroy();

  const client = await connect();
  const refused = { code: '57014' };
  await expect(client.query('copy account from stdin')).rejects.toMatchObject(refused);
  await expect(client.query('select 1; copy account from stdin')).rejects.toMatchObject(refused);
  await expect(
    client.query({ text: 'copy account from stdin', values: [], name: 'c' }),
  ).rejects.toMatchObject(refused);
  // The second time its text is not sent again.
  const prepared = { text: 'copy account from stdin', values: [], name: 'd' };
  for (let time = 0; time < 2; time++) await expect(client.query(prepared)).rejects.toMatchObject(refused);
  expect((await client.query('select sum(balance)::int as sum from account')).rows).toEqual([{ sum: 60 }]);
});

test('a pool works', async () => {
  const pool = new pg.Pool({ ...database.clientConfig(role), max: 3 });
  const sums = await Promise.all(
    [1, 2, 3, 4, 5].map(async (amount) => {
      const client = await pool.connect();
      await client.query('begin');
      const { rows } = await client.query('update account set balance = balance + $1 returning balance', [
        amount,
      ]);
      await client.query('commit');
      client.release();
      return rows[0].balance as number;
    }),
  );
  expect(Math.max(...sums)).toBe(25);
  await pool.end();
});

test('a client that ends inside a transaction frees the session, and what it wrote is gone', async () => {
  const [a, b] = [await connect(), await connect()];
  await a.query('begin');
  await a.query('update account set balance = 99');
  const waiting = b.query('select balance from account');
  await a.end();
  expect((await waiting).rows).toEqual([{ balance: 10 }]);
  expect(database.wouldWait(b)).toBe(false);
});

test('terminate ends clients by their process ids, whether they hold or wait', async () => {
  const [a, b, c] = [await connect(), await connect(), await connect()];
  expect(new Set([a, b, c].map(pidOf)).size).toBe(3);
  await a.query('begin');
  await a.query('update account set balance = 99');
  const waiting = b.query('select 1');
  const lost = expect(waiting).rejects.toMatchObject({ code: '57P01' });
  const last = c.query('select balance from account');
  await database.terminate([pidOf(b)]);
  await lost;
  expect(await isSettled(last)).toBe(false);
  await database.terminate([pidOf(a)]);
  expect((await last).rows).toEqual([{ balance: 10 }]);
  await expect(a.query('select 1')).rejects.toThrow();
  expect(await database.waits([pidOf(c)])).toEqual([]);
});

test('settings and temporary tables go with the last client', async () => {
  const a = await connect();
  await a.query(`set timezone to 'Asia/Tokyo'; create temp table scratch (a int)`);
  await Promise.all(opened.splice(0).map((client) => client.end()));
  const b = await connect();
  expect((await b.query('show timezone')).rows).toEqual([{ TimeZone: 'UTC' }]);
  await expect(b.query('select * from scratch')).rejects.toMatchObject({ code: '42P01' });
});

test('administration may load rows with triggers and foreign keys off', async () => {
  const client = await connect();
  await client.query('create table entry (account int references account)');
  await client.query(
    'begin; set local session_replication_role = replica; insert into entry values (7); commit',
  );
  await expect(client.query('insert into entry values (8)')).rejects.toMatchObject({ code: '23503' });
  await client.query('drop table entry');
});
