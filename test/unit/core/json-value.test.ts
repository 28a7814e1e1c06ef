import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromJsonValue, toJsonValue } from '../../../src/core/json-value.ts';

/** Objects whose keys look like the tags, too. */
const keys = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.constantFrom('$bigint', '$undefined', '$number', '$date', '$bytes', '$object', '$', '__proto__'),
);
const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.constantFrom(null, undefined, true, false, NaN, Infinity, -Infinity, -0, 0),
      fc.double(),
      fc.bigInt(),
      fc.string(),
      fc.date({ noInvalidDate: false }),
      fc.uint8Array(),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

test('every value comes back from JSON as it was', () => {
  fc.assert(
    fc.property(values, (value) => {
      expect(fromJsonValue(JSON.parse(JSON.stringify(toJsonValue(value))))).toStrictEqual(value);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  [12n, { $bigint: '12' }],
  [undefined, { $undefined: true }],
  [-0, { $number: '-0' }],
  [NaN, { $number: 'NaN' }],
  [new Date('2020-01-02T03:04:05.678Z'), { $date: '2020-01-02T03:04:05.678Z' }],
  [Uint8Array.of(1, 255), { $bytes: 'Af8=' }],
  [{ $bigint: 'mine' }, { $object: { $bigint: 'mine' } }],
  [
    { $a: 1, b: 2 },
    { $a: 1, b: 2 },
  ],
])('%s has one pinned form', (value, json) => {
  expect(toJsonValue(value)).toStrictEqual(json);
});
