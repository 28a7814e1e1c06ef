import { expect, test } from 'vitest';
import { LockstepViolation, violationOf } from '../../../src/check/errors.ts';
import { formatCounterexample } from '../../../src/report/story.ts';
import { lostUpdate } from '../report/build.ts';

test('the story is made when it is first read, not for every scenario that fails while shrinking', () => {
  let formatted = 0;
  const counterexample = lostUpdate;
  const watched = new Proxy(counterexample, {
    get: (target, key, self) => {
      formatted += 1;
      return Reflect.get(target, key, self) as unknown;
    },
  });
  const violation = new LockstepViolation(watched);
  expect(formatted).toBe(0);
  expect(violation.message).toBe(`\n${formatCounterexample(counterexample)}`);
  expect(violation.stack).toBe(`LockstepViolation: ${violation.message}`);
  const reads = formatted;
  expect([violation.message, violation.stack].join('')).toContain('v1:');
  expect(formatted).toBe(reads);
});

test('what is thrown in the end is data: a copy for another thread says the same', () => {
  const violation = violationOf(lostUpdate);
  const copy = structuredClone(violation as Error);
  expect(copy.message).toBe(violation.message);
  expect(copy.stack).toBe(violation.stack);
});
