import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { likeness } from '../../../src/oracle/isomorphic.ts';
import type { NamedRow } from '../../../src/oracle/naming.ts';

const row = (shape: string, ...names: number[]): NamedRow => ({ shape, names });
const range = (n: number): number[] => Array.from({ length: n }, (_, index) => index);
/** Names that lie in a ring, each tied to the next, in this order. */
const ring = (...names: number[]): NamedRow[] => [
  ...names.map((name) => row('node', name)),
  ...names.map((name, at) => row('link', name, names[(at + 1) % names.length] ?? 0)),
];
/** 0, 2, 4, ..., 1, 3, 5, ...: no pairing by position is right. */
const mixed = (n: number): number[] => [
  ...range(n).filter((i) => i % 2 === 0),
  ...range(n).filter((i) => i % 2 === 1),
];

describe('rings of generated ids', () => {
  test.each([5, 6, 7, 8, 9, 10, 11, 12, 60])('of %i are decided', (n) => {
    expect(likeness(ring(...range(n)), ring(...mixed(n)))).toBe('same');
  });

  test('one ring is not two, though each name has the same neighbours', () => {
    expect(likeness(ring(0, 1, 2, 3, 4, 5), [...ring(0, 1, 2), ...ring(3, 4, 5)])).toBe('different');
    const many = (sizes: readonly number[]): NamedRow[] => {
      let next = 0;
      return sizes.flatMap((size) => ring(...range(size).map(() => next++)));
    };
    expect(likeness(many([3, 4, 5, 6, 6]), many([6, 5, 6, 3, 4]))).toBe('same');
    expect(likeness(many([3, 3, 6, 6, 6]), many([6, 6, 3, 4, 5]))).toBe('different');
  });
});

describe('many rows', () => {
  test('5,000 that differ in their ids only', () => {
    const rows = range(5_000).map((id) => row('job', id));
    expect(likeness(rows, rows.toReversed())).toBe('same');
    expect(likeness(rows, [...rows.slice(1), row('other job', 0)])).toBe('different');
    expect(likeness(rows, [...rows.slice(1), row('job', 1)])).toBe('different');
  });

  test('5,000 without any id', () => {
    const rows = range(5_000).map((id) => row(`value ${id % 7}`));
    expect(likeness(rows, rows.toReversed())).toBe('same');
    expect(likeness(rows, [...rows.slice(1), row('value 1')])).toBe('different');
  });

  test('2,500 parents with a child each', () => {
    const family = (child: (parent: number) => number): NamedRow[] =>
      range(2_500).flatMap((id) => [row('parent', id), row('child', 2_500 + id, child(id))]);
    expect(
      likeness(
        family((id) => id),
        family((id) => 2_499 - id),
      ),
    ).toBe('same');
    expect(
      likeness(
        family((id) => id),
        family((id) => (id === 7 ? 8 : id)),
      ),
    ).toBe('different');
  });
});

describe('gives up, and says neither yes nor no', () => {
  test('at its limit', () => {
    expect(likeness(ring(...range(9)), ring(...mixed(9)), 30)).toBe('gave-up');
    expect(likeness([row('a', 0)], [row('a', 5)], 1)).toBe('gave-up');
  });

  test('but what differs at the first look is different', () => {
    expect(likeness([row('a', 0)], [row('a', 0), row('a', 1)], 1)).toBe('different');
    expect(likeness([row('a', 0)], [row('b', 0)], 2)).toBe('different');
  });
});

test('a name that stands twice in a row is not two names', () => {
  expect(likeness([row('pair', 0, 0)], [row('pair', 0, 1)])).toBe('different');
  expect(likeness([row('pair', 0, 1), row('pair', 1, 0)], [row('pair', 0, 0), row('pair', 1, 1)])).toBe(
    'different',
  );
});

describe('random states', () => {
  const size = 5;
  const name = fc.nat({ max: size - 1 });
  const state = fc.array(
    fc.record({ shape: fc.constantFrom('a', 'b'), names: fc.array(name, { minLength: 0, maxLength: 3 }) }),
    { maxLength: 7 },
  );
  const permutation = fc.shuffledSubarray(range(size), { minLength: size, maxLength: size });
  const renamed = (rows: readonly NamedRow[], by: readonly number[]): NamedRow[] =>
    rows.map(({ shape, names }) => ({ shape, names: names.map((each) => by[each] ?? each) }));
  const permutations = (list: readonly number[]): number[][] =>
    list.length === 0
      ? [[]]
      : list.flatMap((first) =>
          permutations(list.filter((each) => each !== first)).map((rest) => [first, ...rest]),
        );
  const text = (rows: readonly NamedRow[]): string =>
    rows
      .map((each) => JSON.stringify([each.shape, each.names]))
      .sort()
      .join();
  const bruteForce = (one: readonly NamedRow[], two: readonly NamedRow[]): string =>
    permutations(range(size)).some((by) => text(renamed(one, by)) === text(two)) ? 'same' : 'different';

  test('are the same under any renaming, in any order', () => {
    fc.assert(
      fc.property(state, permutation, fc.nat(), (rows, by, turn) => {
        const other = renamed(rows, by);
        const at = rows.length === 0 ? 0 : turn % rows.length;
        expect(likeness(rows, [...other.slice(at), ...other.slice(0, at)])).toBe('same');
      }),
      { numRuns: 500 },
    );
  });

  test('are judged as all pairings would judge them', () => {
    fc.assert(
      fc.property(state, permutation, fc.nat(), name, (rows, by, turn, replaced) => {
        const other = renamed(rows, by).map((each, at) =>
          at === turn % rows.length ? { ...each, names: each.names.map(() => replaced) } : each,
        );
        expect(likeness(rows, other)).toBe(bruteForce(rows, other));
      }),
      { numRuns: 1_000 },
    );
  });

  test('of links only, which look alike', () => {
    const links = fc.array(
      fc.tuple(name, name).map(([a, b]) => row('link', a, b)),
      { minLength: 3, maxLength: 8 },
    );
    fc.assert(
      fc.property(links, links, (one, two) => {
        expect(likeness(one, two)).toBe(bruteForce(one, two));
      }),
      { numRuns: 1_000 },
    );
  });
});
