/**
 * One commit may wake several waiting sessions, which then race each other inside Postgres: after an update both go
 * on to lock the new version of the row, and the operating system decides who is first. Held still, they go on in
 * the order in which they began to wait.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockedRead } from '../../../models/bank-account.ts';
import { Lab } from '../../../src/lab/lab.ts';
import { Trial } from '../../../src/lab/trial.ts';
import { historyDifference } from '../../../src/lab/same-history.ts';
import { scheduleOf } from '../../../src/core/schedule.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { RandomWalk } from '../../../src/strategy/random-walk.ts';

const driver = postgres();
let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open(lockedRead, { engine: driver, isolation: 'read committed' });
});
afterAll(async () => {
  await lab.close();
  await driver.close();
});

const scenario: Scenario = {
  rows: { accounts: [{ name: 'alice', balance: 10 }] },
  sessions: [1, 2, 3].map((amount) => [{ operation: 'deposit', args: [amount] }]),
};

test('three sessions on one row: a schedule has one history, 80 of 80', async () => {
  const trial = await Trial.on(lab, scenario);
  const walk = new RandomWalk('three');
  let severalWaited = 0;
  for (let run = 0; run < 80; run += 1) {
    walk.begin();
    const first = await trial.run((point) => walk.choose(point));
    const second = await trial.replay(scheduleOf(first.choices), { mode: 'strict' });
    expect(historyDifference(first, second, lab.rules, new Set())).toBeUndefined();
    const waiting = new Set<number>();
    for (const event of first.history) {
      if (event.kind === 'blocked') waiting.add(event.session);
      if (event.kind === 'unblocked') waiting.delete(event.session);
      if (waiting.size === 2) severalWaited += 1;
    }
  }
  // Else the test would show nothing.
  expect(severalWaited).toBeGreaterThan(40);
});
