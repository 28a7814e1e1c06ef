import { expect, test } from 'vitest';
import { nearest, unknownKey } from '../../../src/core/known-keys.ts';

const known = ['numRuns', 'maxSchedules', 'maxOperations', 'seed'];

test('an unknown key is named with the one that was meant', () => {
  expect(unknownKey({ seed: 1, numRuns: 2 }, known)).toBeUndefined();
  expect(unknownKey({ seed: 1, numruns: 2 }, known)).toBe('"numruns" is not known; did you mean "numRuns"?');
  expect(unknownKey({ maxSchedule: 1 }, known)).toBe(
    '"maxSchedule" is not known; did you mean "maxSchedules"?',
  );
  expect(unknownKey({ colour: 1 }, known)).toBe(
    '"colour" is not known; there are numRuns, maxSchedules, maxOperations, seed',
  );
  // What everything inherits is no key of its own, and no known one.
  expect(unknownKey(JSON.parse('{"__proto__": 1}'), known)).toContain('"__proto__" is not known');
  expect(unknownKey({ constructor: 1 }, known)).toContain('"constructor" is not known');
});

test('the nearest word, if it is near at all', () => {
  expect(nearest('invariant', ['invariants', 'memory'])).toBe('invariants');
  expect(nearest('isolaton', ['isolation', 'order'])).toBe('isolation');
  expect(nearest('x', ['isolation'])).toBeUndefined();
  expect(nearest('x', [])).toBeUndefined();
});
