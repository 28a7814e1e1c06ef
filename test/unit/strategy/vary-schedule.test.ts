import { expect, test } from 'vitest';
import { formatSchedule, parseSchedule, type Schedule } from '../../../src/core/schedule.ts';
import { randomFrom } from '../../../src/strategy/random.ts';
import { variationOf, varySchedule } from '../../../src/strategy/vary-schedule.ts';

const size = { sessions: 3, steps: 6 };

test('a variation is a schedule, whatever it comes from', () => {
  const random = randomFrom('vary');
  let schedule: Schedule = [];
  for (let round = 0; round < 2_000; round += 1) {
    schedule = varySchedule(schedule, size, random);
    // Steps rise, each once, as the text form asks.
    expect(parseSchedule(formatSchedule(schedule))).toEqual(schedule);
    for (const { session } of schedule) expect(session).toBeLessThan(size.sessions);
  }
});

test('one deviation more, fewer, moved, and only the beginning: all of them come', () => {
  const random = randomFrom('vary');
  const before: Schedule = [1, 3, 5].map((step) => ({ step, session: 1 }));
  const lengths = new Set<number>();
  const moved = new Set<string>();
  for (let round = 0; round < 500; round += 1) {
    const after = varySchedule(before, size, random);
    lengths.add(after.length);
    if (after.length === 3) moved.add(formatSchedule(after));
  }
  expect(lengths).toEqual(new Set([1, 2, 3, 4]));
  expect(moved).toContain('1;2>2;3>2;6>2');
});

test('for an execution: a small change, or the beginning and then any way', () => {
  const random = randomFrom('variation');
  const schedule: Schedule = [{ step: 0, session: 2 }];
  const orders = new Set<string>();
  for (let round = 0; round < 300; round += 1) {
    const strategy = variationOf(schedule, { sessions: 3, steps: 4 }, random);
    expect(strategy.begin()).toBe(true);
    let current: number | undefined;
    let order = '';
    for (let step = 0; step < 4; step += 1) {
      current = strategy.choose({ step, current, runnable: [0, 1, 2] });
      order += String(current);
    }
    orders.add(order);
    expect(strategy.begin()).toBe(false);
  }
  // The beginning is kept, and lost; what follows may be any order.
  expect([...orders].filter((order) => order.startsWith('2')).length).toBeGreaterThan(20);
  expect([...orders].filter((order) => !order.startsWith('2')).length).toBeGreaterThan(5);
});
