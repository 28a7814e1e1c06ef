/** Given schedules come first, then those of the other strategy. */
import { expect, test } from 'vitest';
import type { ChoicePoint } from '../../../src/core/schedule.ts';
import type { Strategy } from '../../../src/strategy/contract.ts';
import { ByPreemptions } from '../../../src/strategy/by-preemptions.ts';
import { First } from '../../../src/strategy/first.ts';
import { Systematic } from '../../../src/strategy/systematic.ts';

/** Two sessions of two steps each; the sessions in the order in which they went. */
function run(strategy: Strategy): string | undefined {
  if (!strategy.begin()) return undefined;
  const left = [2, 2];
  let order = '';
  let current: number | undefined;
  for (let step = 0; step < 4; step += 1) {
    const runnable = [0, 1].filter((session) => (left[session] ?? 0) > 0);
    const point: ChoicePoint = { step, current, runnable };
    current = strategy.choose(point);
    left[current] = (left[current] ?? 0) - 1;
    order += String(current);
  }
  return order;
}

test('each given schedule once, as far as it fits, and all of the others', () => {
  const given = [
    [{ step: 0, session: 1 }],
    [
      { step: 1, session: 1 },
      { step: 2, session: 7 },
    ],
  ];
  const strategy = new First(given, new ByPreemptions());
  const orders: string[] = [];
  for (let order = run(strategy); order !== undefined; order = run(strategy)) orders.push(order);
  expect(orders.slice(0, 2)).toEqual(['1100', '0110']);
  expect(new Set(orders.slice(2))).toEqual(new Set(['0011', '1100', '0101', '0110', '1001', '1010']));
  expect(orders).toHaveLength(8);
  expect(strategy.exhausted).toBe(true);
});

test('it learns if the other strategy does, so that executions are not observed for nobody', () => {
  expect(new First([], new ByPreemptions()).learn).toBeUndefined();
  expect(new First([], new Systematic({ sessions: 2, observed: true })).learn).toBeDefined();
});
