/** What is searched ahead is handed out in fast-check's order, whatever was ready first. */
import { expect, test } from 'vitest';
import { SearchAhead } from '../../../src/check/search-ahead.ts';
import type { Scenario } from '../../../src/core/scenario.ts';

const scenario = (number: number): Scenario => ({
  rows: {},
  sessions: [[{ operation: 'op', args: [number] }]],
});
const numberOf = ({ sessions }: Scenario): number => sessions[0]?.[0]?.args[0] as number;

/** Searches that end when the test says so. */
function searches(): {
  readonly begun: number[];
  readonly search: (scenario: Scenario, cancelled: () => boolean) => Promise<string>;
  readonly end: (number: number) => void;
} {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  return {
    begun,
    search: async (each, cancelled) => {
      const number = numberOf(each);
      begun.push(number);
      await new Promise<void>((resolve) => ends.set(number, resolve));
      return cancelled() ? `${number} cancelled` : `${number} searched`;
    },
    end: (number) => ends.get(number)?.(),
  };
}

test('as many searches as lanes are under way, and results come in the order of the scenarios', async () => {
  const { begun, search, end } = searches();
  const scenarios = [1, 2, 3].map(scenario);
  const ahead = new SearchAhead(scenarios, 2, search);
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
  const ahead = new SearchAhead([1, 1, 2].map(scenario), 2, search);
  end(1);
  expect(await ahead.take(scenario(1))).toBe('1 searched');
  expect(await ahead.take(scenario(1))).toBeUndefined();
  expect(await ahead.take(scenario(7))).toBeUndefined();
  expect(begun).toEqual([1, 2]);
});

test('stopping waits for what is under way, tells it so, and begins nothing more', async () => {
  const { begun, search, end } = searches();
  const ahead = new SearchAhead([1, 2, 3].map(scenario), 1, search);
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
  const ahead = new SearchAhead([1, 2].map(scenario), 1, async (each) => {
    if (numberOf(each) === 1) throw new Error('no such engine');
    return 'searched';
  });
  await expect(ahead.take(scenario(1))).rejects.toThrow('no such engine');
  expect(await ahead.take(scenario(2))).toBe('searched');
});
