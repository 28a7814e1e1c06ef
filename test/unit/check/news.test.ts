/** A streak of schedules without news ends with a sight or a meeting of operations that others had not shown. */
import { expect, test } from 'vitest';
import { News } from '../../../src/check/news.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { InteractionTally } from '../../../src/tally/interaction-tally.ts';

const scenario = (...sessions: readonly (readonly string[])[]): Scenario => ({
  rows: {},
  sessions: sessions.map((calls) => calls.map((operation) => ({ operation, args: [] }))),
});

/** A tally that has seen this many errors. */
function tallyWith(errors: number): InteractionTally {
  const tally = new InteractionTally();
  for (let error = 0; error < errors; error += 1)
    tally.add({}, [[{ operation: 'read', args: [] }]], {
      history: [],
      answers: [
        [{ kind: 'failed', name: `Error${error}`, message: '', sqlstate: undefined, constraint: undefined }],
      ],
      spans: [[{ invoked: 0, returned: 0 }]],
    });
  return tally;
}

test('schedules add up until something new is seen', () => {
  const news = new News();
  const same = scenario(['read'], ['write']);
  news.add('glance', same, 16, tallyWith(1));
  expect(news.streak('glance')).toBe(0);
  news.add('glance', same, 16, tallyWith(1));
  news.add('glance', same, 5, tallyWith(1));
  expect(news.streak('glance')).toBe(21);
  news.add('glance', same, 16, tallyWith(2));
  expect(news.streak('glance')).toBe(0);
});

test('operations that had not met are news; which session calls which is not', () => {
  const news = new News();
  news.add('glance', scenario(['read'], ['write']), 6, tallyWith(0));
  news.add('glance', scenario(['write'], ['read']), 6, tallyWith(0));
  expect(news.streak('glance')).toBe(6);
  news.add('glance', scenario(['write'], ['read', 'read']), 6, tallyWith(0));
  expect(news.streak('glance')).toBe(0);
});

test('breadth and depth count apart', () => {
  const news = new News();
  const same = scenario(['read'], ['write']);
  news.add('glance', same, 16, tallyWith(0));
  news.add('glance', same, 16, tallyWith(0));
  news.add('rest', same, 84, tallyWith(0));
  expect([news.streak('glance'), news.streak('rest')]).toEqual([16, 84]);
  news.add('rest', same, 84, tallyWith(1));
  expect([news.streak('glance'), news.streak('rest')]).toEqual([16, 0]);
  news.add('rest', same, 84, tallyWith(1));
  news.add('glance', same, 16, tallyWith(2));
  expect([news.streak('glance'), news.streak('rest')]).toEqual([0, 0]);
});
