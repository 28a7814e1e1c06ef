/** Where in the code under test a counterexample's statements were sent. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callSiteOf } from '../../../src/diagnosis/call-site.ts';
import { check } from '../../../src/check/check.ts';
import { replay } from '../../../src/check/replay.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import type { Model, Session } from '../../../src/core/model.ts';
import { account, readThenWrite } from '../../support/models.ts';

const engine = postgres();
beforeAll(() => engine.open().then(() => undefined));
afterAll(() => engine.close());

const options = { engine, seed: 1, sessions: 2, maxOperations: 1, numRuns: 3 };

function lineOf(file: string, text: string): number {
  const lines = readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8').split('\n');
  return lines.findIndex((line) => line.includes(text)) + 1;
}

async function placesOf(model: Model): Promise<readonly (readonly [number, string, number])[]> {
  const { counterexample } = await check(model, options);
  if (counterexample === undefined) throw new Error('there is a race');
  const { locations = [] } = counterexample;
  // Replayed, it is the same.
  const again = await replay(model, counterexample.replay, { engine });
  expect(again.counterexample?.locations).toEqual(locations);
  return locations.map(({ step, file, line }) => [step, file, line]);
}

test('each step has the line that sent it, in the file where the code is', async () => {
  const file = 'test/support/models.ts';
  const [select, update] = [
    lineOf(file, 'select balance from account'),
    lineOf(file, 'set balance = $1 where'),
  ];
  const places = await placesOf(account(readThenWrite));
  expect(places.map(([step]) => step)).toEqual([0, 1, 2, 3]);
  expect(places.map(([, name]) => name)).toEqual([file, file, file, file]);
  expect(places.map(([, , line]) => line).toSorted((a, b) => a - b)).toEqual([
    select,
    select,
    update,
    update,
  ]);
});

test('through a helper, the line of the helper that called query', async () => {
  const send = (session: Session, text: string): Promise<{ rows: { balance: number }[] }> =>
    session.client.query(text); // the helper
  const places = await placesOf(
    account(async (session, amount) => {
      const { rows } = await send(session, 'select balance from account');
      await send(session, `update account set balance = ${Number(rows[0]?.balance) + Number(amount)}`);
    }),
  );
  const line = lineOf('test/unit/diagnosis/locate.test.ts', '// the ' + 'helper');
  expect(new Set(places.map(([, , each]) => each))).toEqual(new Set([line]));
});

test('a pool connects before it sends, and by then nobody knows who asked: no place rather than a wrong one', async () => {
  const places = await placesOf(
    account(async ({ pool }, amount) => {
      const { rows } = await pool.query('select balance from account where id = 1');
      await pool.query('update account set balance = $1 where id = 1', [rows[0].balance + amount]);
    }),
  );
  expect(places).toEqual([]);
});

describe('callSiteOf', () => {
  const own = fileURLToPath(new URL('../../../src/driver/gated-client.ts', import.meta.url));
  const head = `Error: where\n    at GatedClient.query (${own}:1:1)\n    at Pool.query (/app/node_modules/pg-pool/index.js:4:5)`;

  test.each([
    ['a function', '    at deposit (/app/src/bank.ts:12:7)', '/app/src/bank.ts', 12],
    ['an address', '    at async deposit (file:///app/src/a%20b.ts:3:1)', '/app/src/a b.ts', 3],
    ['no function', '    at /app/src/bank.ts:5:9', '/app/src/bank.ts', 5],
    ["tsx's query", '    at run (file:///app/bank.ts?namespace=1:5:9)', '/app/bank.ts', 5],
    ['brackets in a path', '    at Object.run [as x] (/app/(group)/page.ts:8:2)', '/app/(group)/page.ts', 8],
  ])('%s', (_, frame, file, line) => {
    expect(
      callSiteOf(`${head}\n    at node:internal/process:1:2\n${frame}\n    at later (/z.ts:1:1)`),
    ).toEqual({
      file,
      line,
    });
  });

  test('none where there is only the machinery', () => {
    expect(
      callSiteOf(`${head}\n    at process.processTicks (node:internal/task_queues:95:5)`),
    ).toBeUndefined();
    expect(callSiteOf('')).toBeUndefined();
  });
});
