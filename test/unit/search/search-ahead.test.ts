/** What is searched ahead is handed out in fast-check's order, whatever was ready first. */
import { expect, test } from 'vitest';
import { SearchAhead, type AheadWork } from '../../../src/search/search-ahead.ts';
import type { Scenario } from '../../../src/core/scenario.ts';

const scenario = (number: number): Scenario => ({
  rows: {},
  sessions: [[{ operation: 'op', args: [number] }]],
});
const numberOf = ({ sessions }: Scenario): number => sessions[0]?.[0]?.args[0] as number;

/** Searches that end when the test says so. */
function searches(): {
  readonly begun: number[];
  readonly search: AheadWork<number, string>['search'];
  readonly end: (number: number) => void;
} {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  return {
    begun,
    search: async (each, _executor, cancelled) => {
      const number = numberOf(each);
      begun.push(number);
      await new Promise<void>((resolve) => ends.set(number, resolve));
      return cancelled() ? `${number} cancelled` : `${number} searched`;
    },
    end: (number) => ends.get(number)?.(),
  };
}

const from =
  (scenarios: readonly Scenario[]) =>
  (after: number): Iterable<Scenario> =>
    scenarios.slice(after);

/** On executors with these numbers. */
function aheadOn(
  executors: readonly number[],
  scenarios: readonly Scenario[],
  work: AheadWork<number, string>,
): SearchAhead<number, string> {
  const ahead = new SearchAhead(from(scenarios), work);
  for (const executor of executors) ahead.join(executor);
  return ahead;
}

test('as many searches as executors are under way, and results come in the order of the scenarios', async () => {
  const { begun, search, end } = searches();
  const scenarios = [1, 2, 3].map(scenario);
  const ahead = aheadOn([0, 1], scenarios, { search });
  expect(begun).toEqual([1, 2]);
  end(2);
  await expect.poll(() => begun).toEqual([1, 2, 3]);
  end(3);
  const first = ahead.take(scenario(1));
  end(1);
  expect(await first).toBe('1 searched');
  expect(await ahead.take(scenario(2))).toBe('2 searched');
  expect(await ahead.take(scenario(3))).toBe('3 searched');
  expect(await ahead.take(scenario(4))).toBeUndefined();
});

test('a scenario that comes again is left to its turn, and so is one that was not foreseen', async () => {
  const { begun, search, end } = searches();
  const ahead = aheadOn([0, 1], [1, 1, 2].map(scenario), { search });
  end(1);
  expect(await ahead.take(scenario(1))).toBe('1 searched');
  expect(await ahead.take(scenario(1))).toBeUndefined();
  expect(await ahead.take(scenario(7))).toBeUndefined();
  expect(begun).toEqual([1, 2]);
});

test('stopping waits for what is under way, tells it so, and begins nothing more', async () => {
  const { begun, search, end } = searches();
  const ahead = aheadOn([0], [1, 2, 3].map(scenario), { search });
  const first = ahead.take(scenario(1));
  let stopped = false;
  const stopping = ahead.stop().then(() => (stopped = true));
  expect(stopped).toBe(false);
  end(1);
  await stopping;
  expect(await first).toBe('1 cancelled');
  expect(begun).toEqual([1]);
  expect(await ahead.take(scenario(2))).toBeUndefined();
});

test('a search that fails fails the one who takes it, and nobody else', async () => {
  const ahead = aheadOn([0], [1, 2].map(scenario), {
    search: async (each) => {
      if (numberOf(each) === 1) throw new Error('no such engine');
      return 'searched';
    },
  });
  await expect(ahead.take(scenario(1))).rejects.toThrow('no such engine');
  expect(await ahead.take(scenario(2))).toBe('searched');
});

/** Which executor searched what, in the order in which it began. */
async function shared(moves: boolean, home: (number: number) => string | undefined) {
  const begun: string[] = [];
  const scenarios = [1, 2, 3, 4].map(scenario);
  const ahead = new SearchAhead<string, void>(from(scenarios), {
    search: async (each, executor) => {
      begun.push(`${numberOf(each)} on ${executor}`);
      await Promise.resolve();
    },
    home: (each) => home(numberOf(each)),
    moves,
  });
  for (const executor of ['a', 'b']) ahead.join(executor);
  for (const each of scenarios) await ahead.take(each);
  return begun;
}

test('a scenario goes on where it began, or moves if it may', async () => {
  const odd = (number: number): string => (number % 2 === 1 ? 'a' : 'b');
  expect(await shared(false, odd)).toEqual(['1 on a', '2 on b', '3 on a', '4 on b']);
  expect(await shared(false, () => 'a')).toEqual(['1 on a', '2 on a', '3 on a', '4 on a']);
  expect(await shared(true, () => 'a')).toEqual(['1 on a', '4 on b', '2 on a', '3 on b']);
});

test('an executor that joins later takes part', async () => {
  const { begun, search, end } = searches();
  const ahead = aheadOn([0], [1, 2, 3].map(scenario), { search });
  expect(begun).toEqual([1]);
  ahead.join(1);
  ahead.join(1);
  expect(begun).toEqual([1, 2]);
  end(1);
  end(2);
  expect(await ahead.take(scenario(1))).toBe('1 searched');
  expect(await ahead.take(scenario(2))).toBe('2 searched');
});

test('until one has joined, a scenario is left to its turn, and is not searched a second time', async () => {
  const { begun, search, end } = searches();
  const ahead = new SearchAhead<number, string>(from([1, 2].map(scenario)), { search });
  expect(await ahead.take(scenario(1))).toBeUndefined();
  ahead.join(0);
  expect(begun).toEqual([2]);
  end(2);
  expect(await ahead.take(scenario(2))).toBe('2 searched');
});

test('scenarios are drawn as they are needed: none before one has joined, and some ahead of fast-check', async () => {
  let drawn = 0;
  function* repeated(after: number): Iterable<Scenario> {
    for (let number = after; number < 1_000_000; number += 1) {
      drawn += 1;
      yield scenario(number < 500 ? 0 : 1);
    }
  }
  const { begun, search, end } = searches();
  const ahead = new SearchAhead<number, string>(repeated, { search });
  for (let time = 0; time < 100; time += 1) await ahead.take(scenario(0));
  expect(drawn).toBe(0);
  ahead.join(0);
  end(0);
  await ahead.take(scenario(0));
  for (let number = 101; number < 450; number += 1) expect(await ahead.take(scenario(0))).toBeUndefined();
  expect(drawn).toBeLessThan(500);
  // An executor that had nothing to do goes on once there is something new.
  await expect.poll(() => begun).toEqual([0, 1]);
  end(1);
  await ahead.stop();
});
