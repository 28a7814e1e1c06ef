/** The data of trends from files: each night once, the campaign of the last night first, and damaged files named. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { newCampaign, stateFile, writeState } from '../../../src/campaign/fuzz/state.ts';
import { joinCampaign } from '../../../src/campaign/merge/campaign.ts';
import { appendNight, nightsFile } from '../../../src/campaign/nights.ts';
import { trendsIn } from '../../../src/campaign/trends.ts';
import { noRaces } from '../../../src/core/night.ts';
import { nightOf } from '../report/trends-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-trends-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a night of a shard is part of the joined one, a campaign in shards is that of their union', () => {
  const [cache, shard] = [join(folder, 'cache'), join(folder, 'shards', '1', 'reports')];
  const [joined, old] = [
    nightOf(2, { seed: 'two', races: { ...noRaces, new: ['a'] } }),
    nightOf(1, { seed: 'one', shards: ['1/1'] }),
  ];
  const part = { ...joined, shards: ['1/4'], startedAt: '2026-11-02T01:30:00.000Z' };
  // Another start of the same shard, which was not joined.
  const later = { ...part, startedAt: '2026-11-02T09:00:00.000Z' };
  const again = { ...joined, races: noRaces };
  for (const night of [joined, old, again]) appendNight(nightsFile(cache), night);
  for (const night of [part, later]) appendNight(nightsFile(shard), night);
  const states = [1, 2].map((number) => newCampaign('two', { number, of: 4 }));
  for (const state of states) writeState(stateFile(shard, state.shard), state);
  writeState(stateFile(cache, { number: 1, of: 1 }), newCampaign('one', { number: 1, of: 1 }));
  const whole = joinCampaign(states.map((content, index) => ({ from: String(index), content })));
  writeFileSync(join(shard, 'fuzz', 'joined.json'), JSON.stringify(whole));

  const { nights, campaigns, damaged } = trendsIn([folder, cache]);
  expect(nights).toEqual([old, joined, later]);
  expect(campaigns.map(({ seed, shards }) => [seed, ...shards])).toEqual([
    ['two', '1/4', '2/4'],
    ['one', '1/1'],
  ]);
  expect(damaged).toEqual([]);

  appendNight(nightsFile(cache), nightOf(4, { seed: 'one', shards: ['1/1'] }));
  expect(trendsIn([folder]).campaigns.map(({ seed }) => seed)).toEqual(['one', 'two']);
});

test('damaged files are named, and the others count', () => {
  const broken = join(folder, 'broken', 'fuzz');
  mkdirSync(broken, { recursive: true });
  for (const name of ['joined.json', 'state.json', 'nights.jsonl'])
    writeFileSync(join(broken, name), '{"sch');
  appendNight(join(broken, 'nights.jsonl'), nightOf(3));
  const { nights, damaged } = trendsIn([dirname(broken)]);
  expect(nights).toEqual([nightOf(3)]);
  expect(damaged.map(({ file }) => file)).toEqual(
    ['joined.json', 'state.json', 'nights.jsonl'].map((name) => join(broken, name)),
  );
});
