/** A proxy that is treated badly: it goes on serving others, and nothing stays open. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgres } from '../../../../src/driver/postgres/index.ts';
import { until } from '../../../../src/driver/within.ts';
import { int32 } from '../../../../src/wire/frames.ts';
import { PassingProxy } from '../../../support/passing-proxy.ts';
import { say, startup, WireSpeaker } from '../../../support/wire-speaker.ts';

const driver = postgres();
let proxy: PassingProxy;
/** The tool's own connections. */
const idle = 1;

beforeAll(async () => {
  proxy = await PassingProxy.open(driver);
  const client = await proxy.client();
  await client.query('create table t (a int primary key); insert into t values (1)');
  await client.end();
});
afterAll(async () => {
  await proxy.close();
  await driver.close();
});

/** Waits until no connection is open, on either side. */
async function nothingIsLeft(): Promise<void> {
  const open = async (): Promise<boolean> => (await proxy.backends()) <= idle && proxy.connections === 0;
  expect(await until(10_000, open), `${await proxy.backends()} backends, ${proxy.connections} sockets`).toBe(
    true,
  );
}

async function serves(): Promise<void> {
  const client = await proxy.client();
  expect((await client.query('select a from t')).rows).toEqual([{ a: 1 }]);
  await client.end();
}

const conversation = Buffer.concat([
  say.parse('select 1'), say.bind(), say.describe(), say.execute(), say.sync(), say.query('select 2'), say.flush(),
  say.query('copy t to stdout'), say.rows('x'), say.copyDone(), say.close(), say.sync(),
]); // prettier-ignore

test('random bytes, instead of a start-up packet and after it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.uint8Array({ minLength: 1, maxLength: 300 }), async (begun, bytes) => {
      const client = begun ? await WireSpeaker.in(proxy.port) : new WireSpeaker(proxy.port);
      client.listen();
      client.send(Buffer.from(bytes));
      client.socket.end();
      await client.end();
    }),
    { numRuns: 60 },
  );
  await serves();
  await nothingIsLeft();
});

test('a conversation that is cut off anywhere, or has wrong bytes in it', async () => {
  const spot = fc.nat(conversation.length - 1);
  const damage = fc.record({ end: spot, at: fc.array(fc.tuple(spot, fc.nat(255)), { maxLength: 3 }) });
  await fc.assert(
    fc.asyncProperty(damage, fc.boolean(), async ({ end, at }, abruptly) => {
      const bytes = Buffer.from(conversation.subarray(0, end + 1));
      for (const [index, value] of at) if (index <= end) bytes[index] = value;
      const client = await WireSpeaker.in(proxy.port);
      client.send(bytes);
      if (abruptly) client.socket.resetAndDestroy();
      else client.socket.end();
      await client.end();
    }),
    { numRuns: 60 },
  );
  await serves();
  await nothingIsLeft();
});

test('huge lengths: an impossible one ends the connection with an error, a long one is waited for', async () => {
  const impossible = await WireSpeaker.in(proxy.port);
  impossible.send(Buffer.from('Q'), int32(-1));
  expect(await impossible.end()).toEqual(['E(08P01)']);
  const long = await WireSpeaker.in(proxy.port);
  const before = process.memoryUsage().rss;
  long.send(Buffer.from('Q'), int32(0x3fff_fff0), Buffer.alloc(1_000, 'x'));
  const first = new WireSpeaker(proxy.port);
  first.listen();
  first.send(int32(0x7fff_ffff));
  expect(await first.end()).toEqual([]);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
  long.socket.destroy();
  await nothingIsLeft();
});

test('1,000 connections, dropped before, while or after they are let in', async () => {
  for (let count = 0; count < 1_000; count += 50) {
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const client = new WireSpeaker(proxy.port);
        client.listen();
        if (index % 3 > 0) client.send(startup());
        if (index % 3 > 1) await client.until('Z');
        if (index % 2 === 0) client.socket.resetAndDestroy();
        else client.socket.end();
        await client.end().catch(() => {});
      }),
    );
  }
  await serves();
  await nothingIsLeft();
});

test.each(['in a transaction', 'in a COPY', 'in a conversation without a Sync', 'while its statement waits'])(
  'a client that dies %s: its transaction is rolled back and its locks go',
  async (moment) => {
    const [client, other] = [await WireSpeaker.in(proxy.port), await proxy.client()];
    client.send(say.query('begin; update t set a = 2; savepoint s'));
    await client.until('Z');
    if (moment === 'in a COPY') {
      client.send(say.query('copy t from stdin'));
      await client.until('G');
    } else if (moment === 'in a conversation without a Sync') {
      client.send(say.parse('select 1'), say.bind(), say.execute(), say.flush());
      await client.until('C');
    } else if (moment === 'while its statement waits') client.send(say.query('select pg_sleep(0.3)'));
    const waits = other.query('update t set a = a');
    client.socket.resetAndDestroy();
    expect((await waits).rowCount).toBe(1);
    await other.end();
    await serves();
    await nothingIsLeft();
  },
);

test.each(['in mid-query', 'while it is idle'])(
  'a backend that is killed %s: its client learns the reason',
  async (moment) => {
    const [client, other] = [await WireSpeaker.in(proxy.port), await proxy.client()];
    client.send(say.query('select pg_backend_pid()'));
    const pid = /D\((\d+)\)/.exec((await client.until('Z')).join())?.[1];
    if (moment === 'in mid-query') client.send(say.query('select pg_sleep(60)'));
    await other.query('select pg_terminate_backend($1)', [pid]);
    expect(await client.end()).toEqual(['E(57P01)']);
    const third = await proxy.client();
    const { rows } = await third.query<{ pid: number }>('select pg_backend_pid() as pid');
    const killed = expect(third.query({ text: 'select pg_sleep($1)', values: [60] })).rejects.toThrow(
      /administrator/,
    );
    await other.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await killed;
    await other.end();
    await serves();
    await nothingIsLeft();
  },
);
