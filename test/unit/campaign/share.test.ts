/** How many executors there are, and what an item may take of the time. */
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { executorsFor, helpersFor, shareOf } from '../../../src/campaign/share.ts';

test('no more executors than items, at least one, and as many as were asked for', () => {
  expect(executorsFor(4, 10)).toBe(4);
  expect(executorsFor(4, 3)).toBe(3);
  expect(executorsFor(4, 0)).toBe(1);
  expect(executorsFor(20, 100)).toBe(20);
});

test('unasked: one for each core, at most 8', () => {
  expect(executorsFor(undefined, 100)).toBe(Math.min(8, availableParallelism()));
});

test('an item gets helpers only if there are more executors than items left', () => {
  expect(helpersFor(2, 1)).toBe(1);
  expect(helpersFor(2, 2)).toBe(0);
  expect(helpersFor(8, 3)).toBe(1);
  expect(helpersFor(1, 1)).toBe(0);
  expect(helpersFor(4, 0)).toBe(3);
});

const time = { totalMs: 60_000, spentMs: 0, executors: 2, items: 6, done: 0 };

test('the time that is left is shared by what is not over', () => {
  expect(shareOf(time)).toBe(20_000);
  expect(shareOf({ ...time, spentMs: 30_000, done: 3 })).toBe(20_000);
  expect(shareOf({ ...time, executors: 1 })).toBe(10_000);
});

test('with fewer items left than executors, each has all of the time', () => {
  expect(shareOf({ ...time, spentMs: 10_000, done: 5 })).toBe(50_000);
});

test('no limit is none, and a limit that is over leaves a moment', () => {
  expect(shareOf({ ...time, totalMs: undefined })).toBeUndefined();
  expect(shareOf({ ...time, spentMs: 90_000 })).toBe(1);
});
