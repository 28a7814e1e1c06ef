import { describe, expect, test } from 'vitest';
import { Frontier } from '../../../src/strategy/frontier.ts';
import { randomFrom } from '../../../src/strategy/random.ts';

const frontier = (maxPlanned = 100, seed = 'a'): Frontier<string> =>
  new Frontier(randomFrom(seed), maxPlanned);

function takeAll(from: Frontier<string>): readonly string[] {
  const taken: string[] = [];
  for (let next = from.take(); next !== undefined; next = from.take()) taken.push(next.entry);
  return taken;
}

describe('a frontier', () => {
  test('gives those with the fewest preemptions first, each once', () => {
    const some = frontier();
    for (const entry of ['2a', '0a', '1a', '0b', '2b', '1b', '0c']) some.add(entry, Number(entry[0]));
    expect(some.planned).toBe(7);
    const taken = takeAll(some);
    expect(taken.map((entry) => entry[0]).join('')).toBe('0001122');
    expect(new Set(taken).size).toBe(7);
    expect(some.planned).toBe(0);
  });

  test('goes back to fewer preemptions when such an entry is planned later', () => {
    const some = frontier();
    some.add('two', 2);
    some.add('also two', 2);
    expect(some.take()?.preemptions).toBe(2);
    some.add('one', 1);
    expect(some.take()).toEqual({ entry: 'one', preemptions: 1 });
  });

  // 3 entries, 600 seeds: each comes first 200 times, with a standard deviation of 11.5; five of them are 58.
  test('gives any of equally many preemptions first, and under the same seed the same', () => {
    const firsts = new Map<string, number>();
    for (let seed = 0; seed < 600; seed += 1) {
      const pair = [frontier(100, `${seed}`), frontier(100, `${seed}`)].map((each) => {
        for (const entry of ['a', 'b', 'c']) each.add(entry, 1);
        return takeAll(each);
      });
      expect(pair[0]).toEqual(pair[1]);
      const first = pair[0]?.[0] ?? '';
      firsts.set(first, (firsts.get(first) ?? 0) + 1);
    }
    for (const entry of ['a', 'b', 'c']) expect(Math.abs((firsts.get(entry) ?? 0) - 200)).toBeLessThan(58);
  });

  test('is empty below a number of preemptions once all of them are taken', () => {
    const some = frontier();
    some.add('none', 0);
    some.add('two', 2);
    expect([0, 1, 2, 3].map((bound) => some.isEmptyBelow(bound))).toEqual([true, false, false, false]);
    some.take();
    expect([0, 1, 2, 3].map((bound) => some.isEmptyBelow(bound))).toEqual([true, true, true, false]);
  });

  test('keeps no more than its limit, and never forgets that it left something out', () => {
    const some = frontier(2);
    expect([some.add('a', 0), some.add('b', 1)]).toEqual([true, true]);
    expect(some.isIncomplete).toBe(false);
    expect(some.add('c', 0)).toBe(false);
    expect(some.isIncomplete).toBe(true);
    expect(takeAll(some)).toEqual(['a', 'b']);
    expect(some.isIncomplete).toBe(true);
    // There is room again.
    expect(some.add('d', 0)).toBe(true);
    some.clear();
    expect([some.planned, some.take(), some.isIncomplete]).toEqual([0, undefined, true]);
  });

  test('is incomplete once something else is left out', () => {
    const some = frontier();
    some.leaveOut();
    expect(some.isIncomplete).toBe(true);
  });
});
