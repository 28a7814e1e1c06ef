import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callsOf, valuesOf } from '../../../src/certify/values.ts';
import { defineModel } from '../../../src/core/define-model.ts';

function modelWith(rows: fc.Arbitrary<any> | undefined, ...args: fc.Arbitrary<unknown>[]) {
  return defineModel({
    name: 'm',
    schema: 'select 1',
    ...(rows === undefined ? {} : { rows }),
    operations: {
      run: { arguments: args, run: async () => undefined },
    },
  });
}

const argument = (arbitrary: fc.Arbitrary<unknown>, most: number) =>
  valuesOf(modelWith(undefined, arbitrary), most).arguments['run']?.[0];

describe('values of an argument', () => {
  test('all of them where the draws show no more', () => {
    expect(argument(fc.constantFrom('main', 'next'), 2)).toEqual({
      taken: ['main', 'next'],
      known: 2,
      all: true,
    });
  });

  test('the simplest ones where there are more, and it is said', () => {
    expect(argument(fc.integer({ min: 1, max: 9 }), 2)).toEqual({ taken: [1, 2], known: 9, all: false });
    expect(argument(fc.constantFrom(10, -15, 7), 2)).toEqual({ taken: [7, 10], known: 3, all: false });
    expect(argument(fc.integer({ min: -9, max: 9 }), 3)?.taken).toEqual([0, 1, 2]);
  });

  test('more than the draws show is never said to be all', () => {
    const found = argument(fc.integer({ min: 1, max: 1_000_000 }), 1_000_000);
    expect(found?.all).toBe(false);
    expect(found?.taken).toHaveLength(found?.known ?? 0);
  });

  test('the same ones each time', () => {
    const arbitrary = fc.record({ name: fc.string(), at: fc.date() });
    expect(argument(arbitrary, 3)).toEqual(argument(arbitrary, 3));
  });
});

test('starting rows: drawn, fixed, or none', () => {
  const drawn = fc.constantFrom({ t: [] }, { t: [{ id: 1 }] });
  expect(valuesOf(modelWith(drawn), 2).rows).toEqual({
    taken: [{ t: [] }, { t: [{ id: 1 }] }],
    known: 2,
    all: true,
  });
  expect(valuesOf(modelWith(undefined), 2).rows).toEqual({ taken: [{}], known: 1, all: true });
});

test('calls combine the values of all arguments, so that two calls can be equal or differ in each', () => {
  const values = valuesOf(modelWith(undefined, fc.boolean(), fc.constantFrom('x', 'y')), 2);
  expect(callsOf(values).map(({ args }) => args)).toEqual([
    [true, 'x'],
    [true, 'y'],
    [false, 'x'],
    [false, 'y'],
  ]);
});
