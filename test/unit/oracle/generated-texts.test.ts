/** Which pairs of texts look generated. */
import { expect, test } from 'vitest';
import {
  areBlobs,
  areFractions,
  areRandom,
  areScattered,
  isMoved,
  isMovedInRadix,
} from '../../../src/oracle/generated-texts.ts';

test('a number moved as a sequence did, once or several times', () => {
  expect(isMoved(1000n, 1840n, [7n, 840n])).toBe(true);
  expect(isMoved(2001n, 3681n, [840n])).toBe(true);
  expect(isMoved(1840n, 1000n, [840n])).toBe(true);
  expect(isMoved(1000n, 1841n, [840n])).toBe(false);
  expect(isMoved(1000n, 1000n, [840n])).toBe(false);
  expect(isMoved(1000n, 1840n, [0n])).toBe(false);
  expect(isMoved(1000n, 1840n, [])).toBe(false);
});

test('in base 16 or 36, in small or capital letters', () => {
  expect(isMovedInRadix('3e8', '730', [840n])).toBe(true);
  expect(isMovedInRadix('3E8', '730', [840n])).toBe(true);
  expect(isMovedInRadix('rs', '1f4', [840n])).toBe(true);
  // Leading zeros are not written, and longer ones are no safe integers.
  expect(isMovedInRadix('03e8', '0730', [840n])).toBe(false);
  expect(isMovedInRadix('zzzzzzzzzzzz', 'zzzzzzzzzzz0', [1n])).toBe(false);
});

test.each([
  ['a8sd', 'x8fh', true],
  ['a8s', 'x8f', false],
  ['V1StGXR8', 'UakgbJmg', true],
  ['abcdef', 'a1b2c3', true],
  ['abcde', 'a1b2c', false],
  ['open', 'closed', false],
  ['abcdefghijklmnop', 'ponmlkjihgfedcba', true],
  ['12345678', '87654321', false],
])('%s and %s: random %s', (one, two, expected) => {
  expect([areRandom(one, two), areRandom(two, one)]).toEqual([expected, expected]);
});

test('numbers are drawn if they have many digits and are far apart', () => {
  expect(areScattered('12345678', '87654321')).toBe(true);
  expect(areScattered('90000000', '90080000')).toBe(false);
  expect(areScattered('1234567', '7654321')).toBe(false);
  expect(areFractions('0.84362519', '0.1234567890123')).toBe(false);
  expect(areFractions('0.8436251934', '0.1234567890123')).toBe(true);
  expect(areFractions('1.5e-7', '0.1234567890123')).toBe(false);
});

test.each([
  ['padded base 64', 'dGhpcy/pcyBzb21ldGhpbmc+MTI=', 'cGhpcy/pcyBzb21ldGhpbmc+MTI=', true],
  ['marks in other places', 'Ab1/efghijklmnopqrstuvwx', 'Ab1efghijklmnopqrst/uvwx', true],
  ['marks in equal places: a path', 'orders/V1StGXR8abcdefgh', 'orders/Uakgb5m9gabcdefg', false],
  ['other lengths', 'Ab1/efghijklmnopqrstuvwx', 'Ab1efghijklmnopqrst/uvw', false],
  ['words', 'one/two/three/four/five', 'one.two/three/four/five', false],
])('a blob: %s', (_, one, two, expected) => {
  expect(areBlobs(one, two)).toBe(expected);
});
