/** The nights on disk, the ledger of one, and the nights of shards joined. */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { NightLedger } from '../../../src/campaign/fuzz/night-ledger.ts';
import { newCampaign } from '../../../src/campaign/fuzz/state.ts';
import { joinCampaign } from '../../../src/campaign/merge/campaign.ts';
import { joinNights } from '../../../src/campaign/merge/night.ts';
import { appendNight, nightsFile, readNights } from '../../../src/campaign/nights.ts';
import { nightRate, noRaces, type Night } from '../../../src/core/night.ts';
import { entryWith } from './corpus/entries.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-nights-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const night = (more: Partial<Night> = {}): Night => ({
  startedAt: '2026-11-30T01:00:00.000Z',
  durationMs: 60_000,
  machineMs: 60_000,
  seed: 'night',
  shards: ['1/1'],
  schedules: 600,
  rounds: 6,
  sights: 60,
  races: noRaces,
  versions: { lockstep: '0.1.0', node: 'v20.20.2', engines: ['postgres 18.4'] },
  commit: 'abc',
  ...more,
});

test('they are read as they were written, and a half line that was left costs nothing else', () => {
  const file = nightsFile(folder);
  expect(readNights(file)).toEqual({ nights: [], damaged: [] });
  appendNight(file, night());
  appendFileSync(file, '{"schema":"pg-lockstep-night","sche');
  appendNight(file, night({ seed: 2 }));
  appendFileSync(
    file,
    '{"schema":"other"}\n{"schema":"pg-lockstep-night","schemaVersion":1,"startedAt":"x"}\n',
  );
  const { nights, damaged } = readNights(file);
  expect(nights).toEqual([night(), night({ seed: 2 })]);
  expect(damaged).toEqual([
    expect.stringMatching(/^line 2: .*JSON/),
    'line 4: it is no record of a night',
    'line 5: a part of it is missing',
  ]);
});

test('what is said of a race last counts, and old news is none', () => {
  const ledger = new NightLedger('2026-12-01T00:00:00.000Z');
  const seen = (kind: 'fails' | 'regression', at: string): ReturnType<typeof entryWith> =>
    entryWith({ operations: [kind, at] }, { state: { kind, seen: `2026-${at}T00:00:00.000Z` } });
  const [known, back] = [seen('fails', '11-01'), seen('fails', '12-02')];
  const [mendedNow, mendedLongAgo] = [seen('regression', '12-02'), seen('regression', '11-02')];
  ledger.addKnown({ kind: 'fails', entry: known, back: false, counterexample: undefined as never });
  ledger.addKnown({ kind: 'fails', entry: back, back: true, counterexample: undefined as never });
  for (const entry of [mendedNow, mendedLongAgo])
    ledger.addKnown({ kind: 'passes', entry, schedules: 1, exhaustive: true });
  const fresh = entryWith({ operations: ['fresh'] });
  ledger.addFound({ news: 'new', entry: fresh });
  ledger.addFound({ news: 'known', entry: known });
  expect(ledger.races).toEqual({
    new: [fresh.id],
    back: [back.id],
    known: [known.id],
    mended: [mendedNow.id],
  });
  // Mended by the schedule that was known, and found by another one.
  ledger.addFound({ news: 'back', entry: mendedNow });
  expect(ledger.races).toMatchObject({ back: [back.id, mendedNow.id], mended: [] });
});

test('the last nights of all shards are one, and a shard without any leaves none', () => {
  const campaign = joinCampaign(
    [1, 2].map((number) => ({ from: String(number), content: newCampaign('night', { number, of: 2 }) })),
  );
  const earlier = night({ shards: ['1/2'], startedAt: '2026-11-29T01:00:00.000Z', schedules: 9_999 });
  const one = night({ shards: ['1/2'] });
  const two = night({
    shards: ['2/2'],
    startedAt: '2026-11-30T01:02:00.000Z',
    durationMs: 30_000,
    machineMs: 30_000,
  });
  const whole = night({ schedules: 7 });
  const joined = joinNights(
    [
      { from: 'b', content: [two] },
      { from: 'a', content: [one, earlier, whole] },
    ],
    campaign,
    [{ entry: entryWith(), news: 'new', from: ['a'] }],
  );
  expect(joined).toMatchObject({
    startedAt: one.startedAt,
    durationMs: 150_000,
    machineMs: 90_000,
    shards: ['1/2', '2/2'],
    schedules: 1_200,
    races: { new: [entryWith().id] },
  });
  expect(nightRate(joined!)).toBeCloseTo(13.3, 1);
  expect(joinNights([{ from: 'a', content: [one] }], campaign, [])).toBeUndefined();
});
