/** Shards joined: nothing counts twice, no order matters, and what does not belong together is refused. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newCampaign, totalsOf, type CampaignState } from '../../../../src/campaign/fuzz/state.ts';
import { afterRound, untouched } from '../../../../src/campaign/fuzz/target-state.ts';
import { joinCampaign } from '../../../../src/campaign/merge/campaign.ts';
import { joinPoints } from '../../../../src/campaign/merge/points.ts';
import type { From } from '../../../../src/campaign/left-files.ts';
import { findings } from '../fuzz/support.ts';

function shard(number: number, of: number, more: Partial<CampaignState> = {}): From<CampaignState> {
  const content = { ...newCampaign('night', { number, of }), targetsDigest: 'd', ...more };
  return { from: `s${number}/reports/fuzz/state-${number}-of-${of}.json`, content };
}
const target = (sights: readonly string[], duplicates = 0): CampaignState['targets'][string] =>
  afterRound(untouched, findings({ sights, duplicates }));

const one = shard(1, 2, {
  dealt: 4,
  timeMs: 900,
  targets: { bank: target(['x', 'y'], 1), shop: target(['x']) },
  fingerprints: { p: { races: { b: ['write'], a: ['read'] }, met: 2 } },
  races: ['a', 'b'],
  points: [
    { timeMs: 100, schedules: 10, sights: 1, races: 1 },
    { timeMs: 900, schedules: 200, sights: 3, races: 2 },
  ],
});
const two = shard(2, 2, {
  dealt: 7,
  timeMs: 500,
  targets: { bank: target(['y', 'z']) },
  fingerprints: { p: { races: { c: [], a: ['read'] }, met: 3 }, q: { races: { a: [] }, met: 0 } },
  races: ['b', 'c'],
  points: [
    { timeMs: 300, schedules: 40, sights: 2, races: 1 },
    { timeMs: 500, schedules: 100, sights: 2, races: 2 },
  ],
});

test('sights and races count once, rounds and schedules add up, and the plot is on one time', () => {
  const joined = joinCampaign([two, one]);
  expect(totalsOf({ targets: joined.targets as never })).toEqual({
    rounds: 3,
    schedules: 300,
    // x, y and z of bank, and x of shop.
    sights: 4,
    duplicates: 1,
  });
  expect(joined.races).toEqual(['a', 'b', 'c']);
  expect(joined.fingerprints).toEqual({
    p: { races: { a: ['read'], b: ['write'], c: [] }, met: 5 },
    q: { races: { a: [] }, met: 0 },
  });
  expect(joined).toMatchObject({ seed: 'night', missing: [], timeMs: 900, dealt: 4 });
  expect(joined.shards.map(({ shard: name, sights, races }) => [name, sights, races])).toEqual([
    ['1/2', 3, 2],
    ['2/2', 2, 2],
  ]);
  expect(joined.points).toEqual([
    { timeMs: 100, schedules: 10, sights: 1, sightsAtMost: 1, races: 1 },
    { timeMs: 300, schedules: 50, sights: 2, sightsAtMost: 3, races: 2 },
    { timeMs: 500, schedules: 110, sights: 2, sightsAtMost: 3, races: 3 },
    { timeMs: 900, schedules: 300, sights: 4, sightsAtMost: 4, races: 3 },
  ]);
});

test('a joined plot never falls, and its bounds hold the truth', () => {
  const point = fc.record({ timeMs: fc.nat(50), schedules: fc.nat(9), sights: fc.nat(9), races: fc.nat(2) });
  const points = fc.array(point, { minLength: 1 }).map((all) => {
    let last = { timeMs: 0, schedules: 0, sights: 0, races: 0 };
    return all.map(({ timeMs, schedules, sights, races }) => {
      last = {
        timeMs: last.timeMs + timeMs,
        schedules: last.schedules + schedules,
        sights: last.sights + sights,
        races: Math.min(4, last.races + races),
      };
      return last;
    });
  });
  const ids = fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.record({ points, races: ids }), { minLength: 1, maxLength: 4 }), (shards) => {
      const most = Math.max(...shards.map((each) => each.points.at(-1)?.sights ?? 0));
      const joined = joinPoints(shards, most);
      for (const [index, each] of joined.entries()) {
        const before = joined[index - 1];
        expect(each.sights).toBeLessThanOrEqual(each.sightsAtMost);
        if (before === undefined) continue;
        expect(each.timeMs).toBeGreaterThan(before.timeMs);
        for (const name of ['schedules', 'sights', 'sightsAtMost', 'races'] as const)
          expect(each[name]).toBeGreaterThanOrEqual(before[name]);
      }
      expect(joined.at(-1)?.sights).toBe(most);
    }),
  );
});

test('a missing shard is named, and its dealt rounds are not over', () => {
  const joined = joinCampaign([
    shard(1, 4, { dealt: 8 }),
    shard(2, 4, { dealt: 9 }),
    shard(4, 4, { dealt: 7 }),
  ]);
  expect(joined).toMatchObject({ missing: ['3/4'], dealt: 2 });
});

test('a number of dealt rounds between two of a shard counts up to the next of its own', () => {
  // 1/2 has done 0 and 2, so 4 is open; 2/2 has done 1, so 3 is open.
  expect(joinCampaign([shard(1, 2, { dealt: 4 }), shard(2, 2, { dealt: 2 })]).dealt).toBe(3);
});

describe('refused', () => {
  test.each([
    ['other seeds', shard(2, 2, { seed: 'day' }), 'their seeds are night and day: s1/'],
    ['other divisions', shard(2, 3), 'they are shards 1/2 and 2/3'],
    ['other targets', shard(2, 2, { targetsDigest: 'e' }), 'they ran other models, engines or levels'],
    ['the same shard', { ...shard(1, 2), from: 'again' }, /^shard 1\/2 is there twice/],
  ])('%s', (_, other, why) => {
    const attempt = (): unknown => joinCampaign([one, other]);
    const words = typeof why === 'string' ? expect.stringContaining(why) : undefined;
    if (words === undefined) expect(attempt).toThrow(why);
    else expect(attempt).toThrow(expect.objectContaining({ code: 'other-campaign', detail: words }));
  });
});
