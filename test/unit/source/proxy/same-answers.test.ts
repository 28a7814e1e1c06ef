/** Any conversation gets the same answers from the proxy, with nothing held, as from the server itself. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgres } from '../../../../src/driver/postgres/index.ts';
import { within } from '../../../../src/driver/within.ts';
import { PassingProxy } from '../../../support/passing-proxy.ts';
import { say, WireSpeaker } from '../../../support/wire-speaker.ts';

const limitMs = 4_000;
const driver = postgres();
let proxy: PassingProxy;
let server: string;

beforeAll(async () => {
  proxy = await PassingProxy.open(driver);
  server = `${proxy.direct['PGHOST']}/.s.PGSQL.${proxy.direct['PGPORT']}`;
});
afterAll(async () => {
  await proxy.close();
  await driver.close();
});

const sql = fc.constantFrom(
  'select 1', 'select generate_series(1, 3)', 'select 1 / generate_series(0, 0)', 'nonsense', '', 'begin', 'commit',
  'rollback', 'insert into t values (1)', 'insert into t values (1) returning a', 'copy t from stdin', 'copy t to stdout',
  'deallocate all', 'savepoint s', 'rollback to s',
); // prettier-ignore
const name = fc.constantFrom('', 'a');
const message = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(sql, { minLength: 1, maxLength: 3 }).map((all) => say.query(all.join('; '))),
  },
  { weight: 4, arbitrary: fc.tuple(sql, name).map(([text, as]) => say.parse(text, as)) },
  { weight: 4, arbitrary: fc.tuple(name, name).map(([portal, as]) => say.bind(portal, as)) },
  { weight: 2, arbitrary: name.map(say.describe) },
  { weight: 4, arbitrary: fc.tuple(name, fc.nat(2)).map(([portal, rows]) => say.execute(portal, rows)) },
  { weight: 1, arbitrary: name.map(say.close) },
  { weight: 4, arbitrary: fc.constant(say.sync()) },
  { weight: 2, arbitrary: fc.constant(say.flush()) },
  { weight: 1, arbitrary: fc.constant(say.rows('2\n')) },
  { weight: 1, arbitrary: fc.constantFrom(say.copyDone(), say.copyFail('enough')) },
);

/** A failure names the messages. */
function shown(bytes: Buffer): Buffer {
  return Object.assign(bytes, { [fc.toStringMethod]: () => JSON.stringify(bytes.toString('latin1')) });
}

async function answersOf(client: WireSpeaker, messages: readonly Buffer[]): Promise<readonly string[]> {
  client.send(say.query('create temp table t (a int)'));
  await client.until('Z');
  client.send(...messages, say.copyFail('the end'), say.sync(), say.sync());
  client.send(say.query("rollback; select 'the end'"));
  const answers: string[] = [];
  const all = async (): Promise<void> => {
    try {
      while (!answers.includes('D(the end)')) answers.push(...(await client.until('Z')));
    } catch {
      // The server ended the connection, since a COPY takes nothing but rows. It may say so twice.
      answers.push(...new Set([...(await client.end()), 'closed']));
    }
  };
  const ended = await within(limitMs, all());
  if (!ended) answers.push('no end');
  client.socket.destroy();
  return answers;
}

/** A server that ends a connection while bytes are on their way to it may take back what the client had not read yet. */
function asFarAsRead(answers: readonly string[], others: readonly string[]): readonly string[] {
  if (answers.at(-1) !== 'closed' || others.at(-1) !== 'closed') return answers;
  return [...answers.slice(0, Math.min(answers.length, others.length) - 1), 'closed'];
}

test('40 conversations', async () => {
  const { direct } = proxy;
  await fc.assert(
    fc.asyncProperty(fc.array(message.map(shown), { minLength: 1, maxLength: 12 }), async (messages) => {
      const settings = { user: direct['PGUSER'] ?? '', database: direct['PGDATABASE'] ?? '' };
      const directly = await answersOf(await WireSpeaker.in(server, settings), messages);
      const proxied = await answersOf(await WireSpeaker.in(proxy.port), messages);
      expect(asFarAsRead(proxied, directly)).toEqual(asFarAsRead(directly, proxied));
      expect(directly).not.toContain('no end');
    }),
    { numRuns: 40 },
  );
});
