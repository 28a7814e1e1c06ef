/** What a guided search goes on from. */
import { expect, test } from 'vitest';
import { Finds, type Shown } from '../../../src/hunt/finds.ts';
import { randomFrom } from '../../../src/strategy/random.ts';
import { call } from '../../support/bench.ts';

function find(calls: number, deviations: number = 0): Shown {
  const schedule = Array.from({ length: deviations }, (_, step) => ({ step, session: 1 }));
  return {
    scenario: { rows: {}, sessions: [Array.from({ length: calls }, () => call('f'))] },
    schedule,
    steps: 9,
  };
}

test('for each sight the smallest scenario stands, and then the shortest schedule', () => {
  const finds = new Finds(randomFrom('any'));
  const [large, small, shorter] = [find(5), find(2, 3), find(2, 1)];
  for (const each of [large, small, shorter, find(3)]) finds.note(each, ['x'], new Set());
  expect(finds.rarest(9)).toEqual([{ ...shorter, sights: ['x'] }]);
  finds.note(large, ['x', 'y'], new Set());
  expect(finds.rarest(9).map(({ sights }) => sights)).toEqual([['y'], ['x']]);
});

test('rare sights are gone on from more often, and each less the more it was', () => {
  const finds = new Finds(randomFrom('any'));
  const [rare, usual] = [find(1), find(2)];
  finds.note(rare, ['rare'], new Set());
  for (let search = 0; search < 20; search += 1) finds.note(usual, ['usual'], new Set());
  const taken = Array.from({ length: 12 }, () => finds.take());
  expect(taken.filter((each) => each?.scenario === rare.scenario).length).toBeGreaterThan(8);
  const more = Array.from({ length: 400 }, () => finds.take());
  expect(more.filter((each) => each?.scenario === usual.scenario).length).toBeGreaterThan(10);
});

test('a search that shows a sight many times counts once', () => {
  const finds = new Finds(randomFrom('any'));
  const [once, often] = [find(1), find(2)];
  finds.note(once, ['a'], new Set());
  finds.note(once, ['a'], new Set());
  const shown = new Set<string>();
  for (let execution = 0; execution < 50; execution += 1) finds.note(often, ['b'], shown);
  // Seen by one search, `b` is rarer than `a`, seen by two.
  expect(finds.rarest(1)).toMatchObject([{ sights: ['b'] }]);
});

test('rarity is counted twice: many common sights together are taken less often than a rare one', () => {
  const finds = new Finds(randomFrom('any'));
  const [rare, usual] = [find(1), find(2)];
  finds.note(rare, ['rare'], new Set());
  const common = Array.from({ length: 10 }, (_, index) => `common ${index}`);
  for (let search = 0; search < 10; search += 1) finds.note(usual, common, new Set());
  const first = Array.from({ length: 4 }, () => finds.take());
  expect(first.filter((each) => each?.scenario === rare.scenario).length).toBeGreaterThan(2);
});

test('sights are as rare as the one that the fewest searches have shown', () => {
  const finds = new Finds(randomFrom('any'));
  for (let search = 0; search < 5; search += 1) finds.note(find(1), ['usual'], new Set());
  for (let search = 0; search < 2; search += 1) finds.note(find(1), ['rare'], new Set());
  expect(finds.rarity(['usual'])).toBe(5);
  expect(finds.rarity(['usual', 'rare'])).toBe(2);
});

test('nothing is taken from nothing', () => {
  expect(new Finds(randomFrom('any')).take()).toBeUndefined();
});
