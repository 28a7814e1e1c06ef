/** Values of another realm, as Node's own are under a test runner that gives each test file globals of its own. */
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { messageOf } from '../../../src/core/fault.ts';
import { plain } from '../../../src/core/plain.ts';

const made = (code: string): unknown => runInNewContext(code);

test.each([
  ['new Map([[1, new Set([2])]])', [[1, [2]]]],
  ['new Date(0)', new Date(0)],
  ['new Uint8Array([1, 2])', Uint8Array.of(1, 2)],
  ['new Uint8Array([1, 2]).buffer', Uint8Array.of(1, 2)],
  ['/a+/g', '/a+/g'],
  ['Object(1)', 1],
  ['Promise.resolve()', '[promise]'],
  [
    `Object.assign(new RangeError('too far'), { code: 'E' })`,
    { name: 'RangeError', message: 'too far', code: 'E' },
  ],
])('%s is copied like one of this realm', (code, expected) => {
  expect(plain(made(code))).toStrictEqual(expected);
});

test('the message of an error', () => {
  expect(messageOf(made(`new RangeError('too far')`))).toBe('too far');
});
