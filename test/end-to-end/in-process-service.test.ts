/** A web service in the same process, with a pool of its own, tested through its routes: a request is its session's. */
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check, defineModel, operation, type CheckResult, type Model } from '../../src/index.ts';
import { postgres } from '../../src/driver/postgres/index.ts';

const pool = new pg.Pool({ connectionString: 'postgres://app:secret@db.example.invalid:5432/app' });
const engine = postgres();
let server: Server;
let address: string;
/** One request after another, in this process. */
let queue: Promise<unknown> = Promise.resolve();
const headers = new Set<string>();

const routes: Readonly<Record<string, () => Promise<unknown>>> = {
  '/reported': async () => {
    const { rows } = await pool.query<{ balance: number }>('select balance from account');
    await pool.query('update account set balance = $1', [(rows[0]?.balance ?? 0) + 1]);
  },
  '/mended': () => pool.query('update account set balance = balance + 1'),
  '/queue': () => {
    const mine = queue.then(routes['/reported']);
    queue = mine.catch(() => {});
    return mine;
  },
};

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const name of [...Object.keys(request.headers), ...request.rawHeaders])
    headers.add(name.toLowerCase());
  try {
    await routes[request.url ?? '']?.();
    response.end('{"ok":true}');
  } catch {
    response.statusCode = 500;
    response.end('{"ok":false}');
  }
}

beforeAll(async () => {
  server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await pool.end();
  await engine.close();
});

const byFetch = async (route: string): Promise<unknown> =>
  (await fetch(address + route, { method: 'POST', body: '{}' })).json();
const byHttp = (route: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const request = get(address + route, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve(JSON.parse(text)));
    });
    request.on('error', reject);
  });

function checked(route: string, send: (route: string) => Promise<unknown>): Promise<CheckResult> {
  const model: Model = defineModel({
    name: 'service',
    variant: route.slice(1),
    schema: 'create table account (balance int not null); insert into account values (100)',
    operations: { deposit: operation({ run: () => send(route) }) },
  });
  const call = { operation: 'deposit', args: [] };
  const examples = [{ rows: {}, sessions: [[call], [call]] }];
  return check(model, { engine, numRuns: 1, examples, sessions: 2, maxOperations: 1, shrink: false });
}

describe.each([
  ['fetch', byFetch],
  ['http.get', byHttp],
] as const)('%s', (_name, send) => {
  test('two requests of one route race', async () => {
    const found = await checked('/reported', send);
    expect([found.verdict, found.inconclusive]).toEqual(['violated', undefined]);
    expect(found.counterexample?.violation.kind).toBe('not-serializable');
    const sent = found.counterexample?.history.filter(({ kind }) => kind === 'released') ?? [];
    expect(sent.map(({ session }) => session).toSorted((a, b) => a - b)).toEqual([0, 0, 1, 1]);
  });

  test.each(['/mended', '/queue'])('%s holds', async (route) => {
    const held = await checked(route, send);
    expect([held.verdict, held.inconclusive, held.coverage.exhaustive]).toEqual(['holds', undefined, 1]);
    expect(held.coverage.schedules).toBeGreaterThan(0);
  });
});

test('the service sees no header of the tool’s', () => {
  expect(headers.size).toBeGreaterThan(3);
  expect([...headers].filter((name) => name.includes('lockstep'))).toEqual([]);
});
