/** Which schedules of a scenario come, and when they end. */
import { expect, test } from 'vitest';
import { patienceFor, Stalk } from '../../../src/hunt/stalk.ts';
import type { Strategy } from '../../../src/strategy/contract.ts';
import { randomFrom } from '../../../src/strategy/random.ts';

interface Watched {
  readonly stalk: Stalk;
  /** Executions of the usual strategy. */
  readonly usual: () => number;
}

function stalkWith(patience: () => number, planned: readonly Strategy[] = []): Watched {
  let begun = 0;
  const usual: Strategy = {
    begin: () => {
      begun += 1;
      return true;
    },
    choose: () => 0,
  };
  return {
    stalk: new Stalk({ planned, usual, patience, random: randomFrom('stalk') }),
    usual: () => begun,
  };
}

function countUntilEnd(stalk: Stalk): number {
  for (let count = 0; count < 1_000; count += 1) if (!stalk.begin()) return count;
  throw new Error('it does not end');
}

test('it ends after as many quiet schedules as its patience, which may change on the way', () => {
  expect(countUntilEnd(stalkWith(() => 5).stalk)).toBe(5);
  let patience = 9;
  const { stalk } = stalkWith(() => patience);
  stalk.begin();
  patience = 3;
  expect(countUntilEnd(stalk)).toBe(2);
});

test('news start its patience again, and every other schedule is then a variation', () => {
  const { stalk, usual } = stalkWith(() => 6);
  for (let count = 0; count < 4; count += 1) stalk.begin();
  expect(usual()).toBe(4);
  stalk.news([{ step: 0, session: 1 }], { sessions: 2, steps: 4 });
  expect(countUntilEnd(stalk)).toBe(6);
  expect(usual()).toBe(7);
});

test('what is planned comes first', () => {
  const order: string[] = [];
  const once = (name: string): Strategy => ({ begin: () => order.push(name) > 0, choose: () => 0 });
  const { stalk, usual } = stalkWith(() => 4, [once('one'), once('two')]);
  stalk.begin();
  stalk.begin();
  expect(order).toEqual(['one', 'two']);
  expect(usual()).toBe(0);
  expect(countUntilEnd(stalk)).toBe(2);
});

test('what is rare is worth more schedules, and everything is worth two', () => {
  expect([1, 2, 4, 12, 13, 1_000].map(patienceFor)).toEqual([24, 12, 6, 2, 2, 2]);
});
