/** The protocol through the proxy, message by message: what comes back is what a server answers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../../../src/driver/postgres/index.ts';
import { int32 } from '../../../../src/wire/frames.ts';
import { PassingProxy } from '../../../support/passing-proxy.ts';
import { opening, say, startup, WireSpeaker } from '../../../support/wire-speaker.ts';

const driver = postgres();
let proxy: PassingProxy;
const speaker = (settings?: Readonly<Record<string, string>>): Promise<WireSpeaker> =>
  WireSpeaker.in(proxy.port, settings);

beforeAll(async () => {
  proxy = await PassingProxy.open(driver);
  const client = await speaker();
  client.send(say.query('create table t (a int primary key)'));
  await client.until('Z');
  client.send(say.terminate());
});
afterAll(async () => {
  await proxy.close();
  await driver.close();
});

describe('opening a connection', () => {
  test('TLS and GSS are answered N, and the session begins without them', async () => {
    const client = new WireSpeaker(proxy.port);
    client.send(opening(80_877_103));
    expect(await client.bytes(1)).toBe('N');
    client.send(opening(80_877_104));
    expect(await client.bytes(1)).toBe('N');
    client.listen();
    client.send(startup());
    expect(await client.until('Z')).toContain('K');
  });

  test('a later minor version is negotiated down, and unknown options are named', async () => {
    const client = new WireSpeaker(proxy.port);
    client.listen();
    client.send(startup({ user: 'someone', '_pq_.news': '1' }, (3 << 16) | 2));
    expect((await client.until('Z')).slice(0, 2)).toEqual(['v', 'R']);
  });

  test('replication is refused', async () => {
    const client = new WireSpeaker(proxy.port);
    client.listen();
    client.send(startup({ user: 'someone', replication: 'database' }));
    expect(await client.end()).toEqual(['E(0A000)']);
  });

  test('settings of the start-up are in force, and reported', async () => {
    const client = await proxy.client({ options: '-c search_path=pg_catalog', application_name: 'app' });
    const parameters = new Map<string, string>();
    const late = await proxy.client({ options: '--DateStyle=German' });
    for (const [setting, each, value] of [
      ['search_path', client, 'pg_catalog'],
      ['application_name', client, 'app'],
      ['DateStyle', late, 'German, DMY'],
    ] as const) {
      const { rows } = await each.query(`select current_setting('${setting}') as value`);
      parameters.set(setting, (rows as { value: string }[])[0]?.value ?? '');
      expect(parameters.get(setting)).toBe(value);
    }
  });
});

describe('the extended protocol', () => {
  const select = (sql: string): Buffer[] => [say.parse(sql), say.bind(), say.execute()];

  test('a pipeline with several Syncs: each has its reply, and an error ends only its own part', async () => {
    const client = await speaker();
    client.send(
      ...select('select 1'), say.sync(),
      ...select('select 1/generate_series(0, 0)'), ...select('select 2'), say.sync(),
      ...select('select 3'), ...select('select 4'), say.sync(),
    ); // prettier-ignore
    expect(await client.until('Z')).toEqual(['1', '2', 'D(1)', 'C(SELECT 1)', 'Z(I)']);
    expect(await client.until('Z')).toEqual(['1', '2', 'E(22012)', 'Z(I)']);
    expect(await client.until('Z')).toEqual([
      '1', '2', 'D(3)', 'C(SELECT 1)', '1', '2', 'D(4)', 'C(SELECT 1)', 'Z(I)',
    ]); // prettier-ignore
  });

  test('Flush: answers come without a Sync, an error skips up to it, and a Flush alone is answered by nothing', async () => {
    const client = await speaker();
    client.send(...select('select 1'), say.flush());
    expect(await client.until('C')).toEqual(['1', '2', 'D(1)', 'C(SELECT 1)']);
    client.send(
      say.flush(),
      ...select('select 1/generate_series(0, 0)'),
      say.flush(),
      ...select('select 2'),
      say.flush(),
    );
    expect(await client.until('E')).toEqual(['1', '2', 'E(22012)']);
    client.send(say.flush(), say.sync(), ...select('select 3'), say.sync());
    expect(await client.until('Z')).toEqual(['Z(I)']);
    expect(await client.until('Z')).toEqual(['1', '2', 'D(3)', 'C(SELECT 1)', 'Z(I)']);
  });

  test('a portal is read in parts', async () => {
    const client = await speaker();
    client.send(say.query('begin'));
    await client.until('Z');
    client.send(say.parse('select generate_series(1, 3)'), say.bind(), say.execute('', 2), say.sync());
    expect(await client.until('Z')).toEqual(['1', '2', 'D(1)', 'D(2)', 's', 'Z(T)']);
    client.send(say.execute('', 2), say.sync());
    expect(await client.until('Z')).toEqual(['D(3)', 'C(SELECT 1)', 'Z(T)']);
  });

  test('a function call', async () => {
    const client = await speaker();
    // int4pl(2, 3)
    const number = (value: number): Buffer => Buffer.concat([int32(4), int32(value)]);
    const call = Buffer.concat([
      int32(177),
      Buffer.from([0, 1, 0, 1, 0, 2]),
      number(2),
      number(3),
      Buffer.from([0, 1]),
    ]);
    client.send(Buffer.from('F'), int32(call.length + 4), call);
    expect(await client.until('Z')).toEqual(['V', 'Z(I)']);
  });
});

describe('COPY', () => {
  const copy = 'copy t from stdin';
  const count = async (client: WireSpeaker): Promise<string[]> => {
    client.send(say.query('select count(*) from t'));
    return (await client.until('Z')).filter((word) => word.startsWith('D'));
  };
  const ways: readonly [string, () => Buffer[], Buffer[]][] = [
    ['the simple protocol', () => [say.query(copy)], []],
    ['the extended protocol', () => [say.parse(copy), say.bind(), say.execute(), say.sync()], [say.sync()]],
    [
      'the extended protocol with Flush',
      () => [say.parse(copy), say.bind(), say.execute(), say.flush()],
      [say.sync()],
    ],
  ];

  test.each(ways)(
    '%s: rows, the client gives up, a row is wrong, and rows that come early',
    async (_, begin, end) => {
      const client = await speaker();
      client.send(...begin());
      await client.until('G');
      client.send(say.rows('1\n2'), say.rows('\n'));
      client.send(say.copyDone(), ...end);
      expect((await client.until('Z')).join(' ')).toContain('C(COPY 2) Z(I)');
      expect(await count(client)).toEqual(['D(2)']);

      client.send(...begin());
      await client.until('G');
      client.send(say.rows('3\n'), say.copyFail('no more'), ...end);
      expect((await client.until('Z')).slice(-2)).toEqual(['E(57014)', 'Z(I)']);

      client.send(...begin());
      await client.until('G');
      client.send(say.rows('wrong\n'), say.copyDone(), ...end);
      expect((await client.until('Z')).slice(-2)).toEqual(['E(22P02)', 'Z(I)']);
      expect(await count(client)).toEqual(['D(2)']);

      // Everything at once, as a pipeline does.
      client.send(...begin(), say.rows('5\n'), say.copyDone(), ...end, say.query('delete from t'));
      expect((await client.until('Z')).join(' ')).toContain('C(COPY 1) Z(I)');
      expect(await client.until('Z')).toEqual(['C(DELETE 3)', 'Z(I)']);
    },
  );

  test('several in one query, and rows out', async () => {
    const client = await speaker();
    client.send(say.query(`${copy}; ${copy}; copy t to stdout; delete from t`));
    await client.until('G');
    client.send(say.rows('1\n'), say.copyDone());
    await client.until('G');
    client.send(say.rows('2\n'), say.copyDone());
    expect(await client.until('Z')).toEqual([
      'C(COPY 1)', 'H', 'd(1)', 'd(2)', 'c', 'C(COPY 2)', 'C(DELETE 2)', 'Z(I)',
    ]); // prettier-ignore
  });

  test('rows that nobody asked for are ignored', async () => {
    const client = await speaker();
    client.send(say.rows('1\n'), say.copyDone(), say.query('select 1'));
    expect(await client.until('Z')).toEqual(['T', 'D(1)', 'C(SELECT 1)', 'Z(I)']);
  });
});

test('a notification arrives while the client is idle, a notice and a setting come with the reply', async () => {
  const [listener, sender] = [await speaker(), await speaker()];
  listener.send(say.query('listen news'));
  await listener.until('Z');
  sender.send(say.query("notify news, 'it'"));
  expect(await listener.until('A')).toEqual(['A']);
  await sender.until('Z');
  sender.send(say.query("do $$ begin raise notice 'n'; end $$"));
  expect(await sender.until('Z')).toEqual(['N', 'C(DO)', 'Z(I)']);
  sender.send(say.query("set time zone 'Europe/Rome'"));
  expect((await sender.until('Z')).sort()).toEqual(['C(SET)', 'S', 'Z(I)']);
});

test('a cancel request reaches the statement that runs, and only with the right key', async () => {
  const client = await proxy.client();
  const { processID, secretKey } = client as unknown as {
    readonly processID: number;
    readonly secretKey: number;
  };
  const cancel = (key: number): void => {
    new WireSpeaker(proxy.port).send(opening(80_877_102, int32(processID, key)));
  };
  const slow = client.query('select pg_sleep(60)');
  const ended = slow.then(() => 'slept', (error: { readonly code: string }) => error.code); // prettier-ignore
  cancel(secretKey ^ 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await Promise.race([ended, Promise.resolve('sleeps')])).toBe('sleeps');
  // A request that comes before the statement has begun cancels nothing.
  const again = setInterval(() => cancel(secretKey), 50);
  expect(await ended).toBe('57014');
  clearInterval(again);
  // One may be late.
  const { rows } = await client.query('select 1 as one').catch(() => client.query('select 1 as one'));
  expect(rows).toEqual([{ one: 1 }]);
});
