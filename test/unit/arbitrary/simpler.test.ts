import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimplifyingArbitrary } from '../../../src/arbitrary/simpler.ts';

/** Draws this many values. */
function drawn<T>(arbitrary: fc.Arbitrary<T>, count: number): readonly T[] {
  return fc.sample(arbitrary, { numRuns: count, seed: 1 });
}

describe('what is one step simpler is the first level of fast-check’s own shrinking', () => {
  test.each<[string, fc.Arbitrary<unknown>, unknown, readonly unknown[]]>([
    ['integers: towards the least, by halves', fc.integer({ min: 1, max: 99 }), 50, [1, 26, 38, 44, 47, 49]],
    ['the least has none', fc.integer({ min: 1, max: 99 }), 1, []],
    ['constants: the first', fc.constantFrom('a', 'b', 'c'), 'c', ['a']],
    ['booleans', fc.boolean(), true, [false]],
    [
      'a map with an unmapper',
      fc.integer({ min: 0, max: 9 }).map(
        (n) => `#${n}`,
        (text) => Number(String(text).slice(1)),
      ),
      '#2',
      ['#0', '#1'],
    ],
  ])('%s', (_, arbitrary, value, expected) => {
    expect(new SimplifyingArbitrary(arbitrary, 'an argument').simpler(value)).toEqual(expected);
  });

  test('lists and texts: as fast-check says', () => {
    const list = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 });
    const own = [...list.shrink([1, 2], undefined)].map((next) => next.value_);
    expect(own.length).toBeGreaterThan(3);
    expect(new SimplifyingArbitrary(list, 'an argument').simpler([1, 2])).toEqual(own);
  });
});

describe('an arbitrary that needs the context of a value', () => {
  const tags = fc.integer({ min: 0, max: 100 }).map((number) => `#${number}`);

  test('knows it for values that it has drawn, and for no others', () => {
    const simplifying = new SimplifyingArbitrary(tags, 'an argument');
    const [first = ''] = drawn(simplifying, 1);
    expect(tags.canShrinkWithoutContext(first)).toBe(false);
    const whole = Number(first.slice(1));
    expect(whole).toBeGreaterThan(1);
    expect(simplifying.simpler(first)?.[0]).toBe('#0');
    expect(simplifying.simpler(first)?.at(-1)).toBe(`#${whole - 1}`);
    expect(simplifying.canGive(first)).toBe(true);
    expect(simplifying.simpler('#101')).toBeUndefined();
    expect(simplifying.canGive('#101')).toBe(false);
  });

  test('knows it for values that shrinking gave, with those offered before them', () => {
    const simplifying = new SimplifyingArbitrary(tags, 'an argument');
    const value = drawn(simplifying, 20).find((tag) => Number(tag.slice(1)) > 20) ?? '';
    const steps = simplifying.simpler(value) ?? [];
    const second = steps[1] ?? '';
    // fast-check itself would leave #0 out now, since it has passed where the larger value failed.
    expect(simplifying.simpler(second)).toContain('#0');
    expect(simplifying.simpler(steps[0] ?? '')).toEqual([]);
    const third = simplifying.simpler(steps[2] ?? '') ?? [];
    expect(third).toEqual(expect.arrayContaining(['#0', second]));
  });

  test('draws and shrinks as the arbitrary itself does', () => {
    const texts = fc.array(tags, { minLength: 1 });
    expect(drawn(new SimplifyingArbitrary(texts, 'an argument'), 50)).toEqual(drawn(texts, 50));
    const fails = (arbitrary: fc.Arbitrary<readonly string[]>): readonly string[] | undefined =>
      fc.check(
        fc.property(arbitrary, (list) => list.every((tag) => Number(tag.slice(1)) < 37)),
        { seed: 3 },
      ).counterexample?.[0];
    expect(fails(new SimplifyingArbitrary(texts, 'an argument'))).toEqual(['#37']);
    expect(fails(texts)).toEqual(['#37']);
  });
});
