/** What clients of the code under test do to the engine on connections of their own: they cancel, they listen, they die. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { postgres } from '../../src/driver/postgres/index.ts';
import { Bench, call, inOrder, sql } from '../support/bench.ts';

const driver = postgres();
let bench: Bench;
/** What the operations of the last execution saw. */
let seen: unknown[] = [];

const address = { host: '127.0.0.1', port: 5432 } as const;

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ ...address, user: 'app' });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Fulfilled when the server has taken the request. */
function cancel(client: pg.Client): Promise<void> {
  const { processID, secretKey } = client as unknown as {
    readonly processID: number;
    readonly secretKey: number;
  };
  const packet = Buffer.alloc(16);
  for (const [index, value] of [16, 80_877_102, processID, secretKey].entries())
    packet.writeInt32BE(value, 4 * index);
  return new Promise((resolve) => {
    const socket = connect(address, () => socket.write(packet));
    socket.on('close', () => resolve()).on('data', () => {});
  });
}

const codeOf = (statement: Promise<unknown>): Promise<unknown> =>
  statement.then(
    () => 'done',
    (error: { readonly code?: string }) => error.code,
  );

const operations = {
  /** Cancels what it has sent in a transaction, before it was released. */
  cancelHeld: async () => {
    const client = await connected();
    await client.query('begin');
    await client.query('update t set a = 2');
    const ended = await new Promise((resolve) => {
      // The request arrives in the same turn as the statement, before the next decision.
      process.nextTick(() => {
        resolve(codeOf(client.query('update t set a = 3')));
        void cancel(client);
      });
    });
    seen.push(ended, await codeOf(client.query('commit')));
    await client.end();
  },
  /** Cancels a statement that waits for a lock. */
  cancelWaiting: async () => {
    const client = await connected();
    const ended = codeOf(client.query('update t set a = a + 10'));
    const other = await connected();
    await other.query('select 1');
    await cancel(client);
    seen.push(await ended);
    await other.end();
    await client.end();
  },
  dies: async () => {
    const client = await connected();
    await client.query('begin');
    await client.query('update t set a = 5');
    (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream.destroy();
  },
  listens: async () => {
    const client = await connected();
    await client.query('listen news');
    const [message] = await once(client, 'notification');
    await client.end();
    return message.payload;
  },
};

beforeAll(async () => {
  const rows = { t: [{ a: 1 }] };
  bench = await Bench.open(driver, { schema: 'create table t (a int primary key)', rows, operations });
});
beforeEach(() => {
  seen = [];
});
afterAll(async () => {
  await bench.close();
  await driver.close();
});

test('a held statement that is cancelled fails, and its transaction with it', async () => {
  for (let time = 0; time < 3; time += 1) {
    seen = [];
    const { end, final } = await bench.run([[call('cancelHeld')]], inOrder());
    expect([end.kind, seen]).toEqual(['completed', ['57014', 'done']]);
    expect(JSON.stringify(final.tables)).not.toMatch(/\b[23]\b/);
  }
});

test('a statement that waits for a lock is cancelled before the next decision', async () => {
  const histories = new Set<string>();
  for (let time = 0; time < 5; time += 1) {
    seen = [];
    const holds = sql('begin', 'update t set a = a + 1', 'select 1', 'commit');
    const { end, history } = await bench.run([[holds], [call('cancelWaiting')]], inOrder(0, 1, 1, 0, 0));
    expect([end.kind, seen]).toEqual(['completed', ['57014']]);
    histories.add(JSON.stringify(history));
  }
  expect(histories.size).toBe(1);
});

test('a client that dies in a transaction: another session gets its locks, and sees nothing of it', async () => {
  const { end, answers } = await bench.run(
    [[call('dies')], [sql('update t set a = a + 1', 'select a from t')]],
    inOrder(0, 1, 1),
  );
  expect([end.kind, answers[1]]).toEqual(['completed', [{ kind: 'returned', value: [{ a: 2 }] }]]);
});

test('a session that listens goes on in the step in which the notification was sent', async () => {
  const histories = new Set<string>();
  for (let time = 0; time < 20; time += 1) {
    const news = sql("notify news, 'it'", 'select 1');
    const { end, answers, history } = await bench.run([[call('listens')], [news]], inOrder(0, 1));
    expect([end.kind, answers[0]]).toEqual(['completed', [{ kind: 'returned', value: 'it' }]]);
    histories.add(JSON.stringify(history));
  }
  expect(histories.size).toBe(1);
});
