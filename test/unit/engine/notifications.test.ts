/** LISTEN and NOTIFY: when a notification arrives is part of the schedule, and not of the weather. */
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../../src/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { Bench, call, sql } from '../../support/bench.ts';

const driver = postgres();
let bench: Bench;

const wait = async ({ client }: Session): Promise<unknown> => {
  await client.query('listen news');
  const [message] = await once(client, 'notification');
  await client.query('select 1');
  return message.payload;
};
/** Counts what has come by the time that it ends. */
const count = async ({ client }: Session): Promise<number> => {
  let arrived = 0;
  client.on('notification', () => (arrived += 1));
  await client.query('listen news');
  await client.query('select 1');
  return arrived;
};

beforeAll(async () => {
  bench = await Bench.open(driver, { operations: { wait, count } });
});
afterAll(async () => {
  await bench.close();
  await driver.close();
});

const news = sql(`notify news, 'it'`);

test('a session that waits for one goes on in the step in which it was sent', async () => {
  const histories = new Set<string>();
  for (let time = 0; time < 30; time += 1) {
    const order = [0, 1, 0];
    const { end, answers, history } = await bench.run([[call('wait')], [news]], ({ step, runnable }) => {
      const next = order[step] ?? 0;
      return runnable.includes(next) ? next : (runnable[0] ?? 0);
    });
    expect([end.kind, answers[0]]).toEqual(['completed', [{ kind: 'returned', value: 'it' }]]);
    histories.add(JSON.stringify(history));
  }
  expect(histories.size).toBe(1);
});

test('what has come by then is the same for a schedule, in 10 of 10 runs of each', async () => {
  const outcomes = async (): Promise<string[]> => {
    const executions = await bench.runAll([[call('count')], [news]]);
    return executions.map(({ choices, answers }) =>
      JSON.stringify([choices.map(({ chosen }) => chosen), answers]),
    );
  };
  const first = await outcomes();
  // Sent before the LISTEN, between it and the last statement, and after that.
  const counts = first.map((text) => Number(/"value":(\d)/.exec(text)?.[1]));
  expect(counts.sort((a, b) => a - b)).toEqual([0, 0, 1]);
  for (let time = 1; time < 10; time += 1) expect(await outcomes()).toEqual(first);
});
