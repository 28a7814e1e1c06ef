/** Which failures are taken for a known race, and which are looked at more closely. */
import { expect, test } from 'vitest';
import { Fingerprints, fingerprintOf } from '../../../../src/campaign/fuzz/fingerprints.ts';
import type { Counterexample } from '../../../../src/core/result.ts';

function failure(sessions: readonly (readonly string[])[], more: object = {}): Counterexample {
  const setting = { model: 'bank', driver: 'postgres', isolation: 'read committed' };
  const scenario = { sessions: sessions.map((calls) => calls.map((operation) => ({ operation, args: {} }))) };
  return { setting, scenario, violation: { kind: 'not-serializable' }, ...more } as unknown as Counterexample;
}

test('sizes and orders of a scenario make no difference, operations and kinds do', () => {
  const print = fingerprintOf(failure([['read'], ['write']]));
  expect(
    fingerprintOf(
      failure([
        ['write', 'write'],
        ['read', 'write'],
      ]),
    ),
  ).toBe(print);
  expect(fingerprintOf(failure([['write'], ['write']]))).not.toBe(print);
  expect(fingerprintOf(failure([['read'], ['write']], { violation: { kind: 'stuck' } }))).not.toBe(print);
});

test('an unknown fingerprint spares nothing; a known one spares three failures in four', () => {
  const prints = new Fingerprints();
  expect(prints.spares('p', 'seed')).toBe(false);
  prints.end('p', 'race');
  const seeds = Array.from({ length: 2_000 }, (_, index) => `seed ${index}`);
  const spared = seeds.filter((seed) => prints.spares('p', seed));
  // A fair choice is outside of this by chance less than once in ten million.
  expect(spared.length / seeds.length).toBeGreaterThan(0.69);
  expect(spared.length / seeds.length).toBeLessThan(0.81);
  expect(seeds.filter((seed) => new Fingerprints(prints.table).spares('p', seed))).toEqual(spared);
});

test('while one failure is shrunk, others like it wait for its id; a failed attempt leaves nothing known', () => {
  const prints = new Fingerprints();
  prints.begin('p');
  expect(prints.spares('p', 'any')).toBe(true);
  prints.end('p', undefined);
  expect(prints.spares('p', 'any')).toBe(false);
  expect(prints.table).toEqual({});
});
