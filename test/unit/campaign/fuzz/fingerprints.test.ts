/** Which failures are taken for a known race, and which are looked at more closely. */
import { expect, test } from 'vitest';
import { Fingerprints, fingerprintOf } from '../../../../src/campaign/fuzz/fingerprints.ts';
import { targets } from './support.ts';

const known = (): boolean => true;

test('targets and kinds of failure have fingerprints of their own', () => {
  const [bank, shop] = targets('bank', 'shop');
  if (bank === undefined || shop === undefined) throw new Error('there are two');
  const prints = [
    fingerprintOf(bank, { kind: 'lost update' }),
    fingerprintOf(bank, { kind: 'stuck' }),
    fingerprintOf(shop, { kind: 'stuck' }),
  ];
  expect(new Set(prints).size).toBe(3);
  expect(fingerprintOf(bank, { kind: 'stuck' })).toBe(prints[1]);
});

test('a failure is taken for a race all of whose operations it has, as often', () => {
  const prints = new Fingerprints();
  expect(prints.spares('p', ['read', 'write'], known)).toBe(false);
  prints.end('p', { id: 'race', operations: ['write', 'write'] });
  expect(prints.spares('p', ['read', 'write', 'write'], known)).toBe(true);
  expect(prints.spares('p', ['read', 'write'], known)).toBe(false);
  expect(prints.spares('other', ['write', 'write'], known)).toBe(false);
  // It was mended, or somebody removed it.
  expect(prints.spares('p', ['write', 'write'], (id) => id !== 'race')).toBe(false);
});

test('of failures that look like a known race ever fewer are shrunk again, also after a restart', () => {
  let prints = new Fingerprints();
  prints.end('p', { id: 'race', operations: ['write'] });
  const closer: number[] = [];
  for (let met = 1; met <= 300; met += 1) {
    if (!prints.spares('p', ['write'], known)) closer.push(met);
    if (met % 50 === 0) prints = new Fingerprints(prints.table);
  }
  expect(closer).toEqual([4, 16, 64, 256]);
});

test('while one failure is shrunk, others like it wait for its id; a failed attempt leaves nothing known', () => {
  const prints = new Fingerprints();
  prints.begin('p');
  expect(prints.spares('p', ['any'], known)).toBe(true);
  prints.end('p');
  expect(prints.spares('p', ['any'], known)).toBe(false);
  expect(prints.table).toEqual({});
});
