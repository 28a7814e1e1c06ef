/** The state file: written and read again, damaged. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readShard } from '../../../../src/campaign/fuzz/shard.ts';
import {
  newCampaign,
  readState,
  stateFile,
  totalsOf,
  withPoint,
  writeState,
  type CampaignState,
  type Point,
} from '../../../../src/campaign/fuzz/state.ts';
import { afterRound, untouched } from '../../../../src/campaign/fuzz/target-state.ts';
import { findings } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-state-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const half = (number: number, sights: readonly string[]): CampaignState => ({
  ...newCampaign('night', { number, of: 2 }),
  dealt: 10 + number,
  extra: number,
  timeMs: 1_000,
  targets: { bank: afterRound(untouched, findings({ sights })) },
  fingerprints: { p: { races: { [`race ${number}`]: ['write'] }, met: number } },
  races: [`race ${number}`],
  points: [{ timeMs: 1, schedules: 2, sights: 3, races: 4 }],
});

test('it is read as it was written', () => {
  const file = stateFile(folder, { number: 1, of: 2 });
  expect(file).toBe(join(folder, 'fuzz', 'state-1-of-2.json'));
  expect(readState(file)).toEqual({ kind: 'none' });
  writeState(file, half(1, ['x']));
  expect(readState(file)).toEqual({ kind: 'found', state: half(1, ['x']) });
});

test.each([
  ['half of a file', '{"schema":"pg-lockstep-campaign","schemaVersion":2,', /JSON/],
  ['something else', '{"schema":"other"}', /no state/],
  ['nothing', 'null', /no state/],
  ['another version', '{"schema":"pg-lockstep-campaign","schemaVersion":1}', /version is 1/],
  ['a part', '{"schema":"pg-lockstep-campaign","schemaVersion":2,"shard":{}}', /"dealt" is missing/],
])('%s is moved aside, and not lost', (_, text, why) => {
  const file = join(folder, 'damaged.json');
  writeFileSync(file, text);
  const movedTo = `${file}.damaged`;
  expect(readState(file)).toEqual({ kind: 'damaged', why: expect.stringMatching(why), movedTo });
  expect(readFileSync(movedTo, 'utf8')).toBe(text);
  expect(existsSync(file)).toBe(false);
});

test('totals add up over targets', () => {
  const target = afterRound(untouched, findings({ sights: ['x', 'y'], duplicates: 1 }));
  const totals = { rounds: 2, schedules: 200, sights: 4, duplicates: 2 };
  expect(totalsOf({ targets: { a: target, b: target } })).toEqual(totals);
});

test('a night of points stays small, and keeps the first and the last', () => {
  let points: readonly Point[] = [];
  for (let at = 0; at < 5_000; at += 1)
    points = withPoint(points, { timeMs: at, schedules: at, sights: 0, races: 0 });
  expect(points.length).toBeLessThanOrEqual(400);
  expect([points[0]?.timeMs, points.at(-1)?.timeMs]).toEqual([0, 4_999]);
});

test('a shard is read, or refused in plain words', () => {
  expect(readShard('3/8', '--shard')).toEqual({ number: 3, of: 8 });
  for (const bad of ['0/3', '4/3', '3', '1/0', '1/2/3', '-1/2', ''])
    expect(() => readShard(bad, '--shard')).toThrow('--shard takes a shard such as 3/8');
});
