/** `lockstep merge` on the folders of shards: what it says, what it writes, and what it refuses. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Corpus } from '../../../src/campaign/corpus/corpus.ts';
import { newCampaign, stateFile, writeState } from '../../../src/campaign/fuzz/state.ts';
import { afterRound, untouched } from '../../../src/campaign/fuzz/target-state.ts';
import { appendNight, nightsFile, readNights } from '../../../src/campaign/nights.ts';
import { noRaces } from '../../../src/core/night.ts';
import { fromJson, toJson } from '../../../src/report/json.ts';
import { entryWith } from '../../unit/campaign/corpus/entries.ts';
import { findings } from '../../unit/campaign/fuzz/support.ts';
import { everyKind } from '../../unit/report/every-kind.ts';
import { emptyFolder, lockstep } from './lockstep.ts';

const race = entryWith();

/** What `lockstep fuzz --shard` leaves, in the folder of an artifact. */
function leave(cwd: string, number: number, of: number, sights: readonly string[]): string {
  const folder = join(cwd, 'shards', String(number));
  const shard = { number, of };
  const targets = { bank: afterRound(untouched, findings({ sights })) };
  const state = { ...newCampaign('night', shard), targets, dealt: of + number - 1, races: [race.id] };
  writeState(stateFile(join(folder, 'reports'), shard), state);
  appendNight(nightsFile(join(folder, 'reports')), {
    startedAt: '2026-11-30T01:00:00.000Z',
    durationMs: 1_000,
    machineMs: 1_000,
    seed: 'night',
    shards: [`${number}/${of}`],
    schedules: 100,
    rounds: 1,
    sights: sights.length,
    races: { ...noRaces, new: [race.id] },
    versions: { lockstep: '0.1.0', node: 'v20', engines: ['postgres 18.4'] },
  });
  Corpus.open(join(folder, 'corpus')).add(race);
  const results = toJson(everyKind, { version: '0.1.0', startedAt: '2026-11-30T01:00:00.000Z' });
  writeFileSync(join(folder, 'results.json'), JSON.stringify(results));
  return folder;
}

const merge = ['merge', 'shards', '--issue', 'issue.md', '--json', 'results.json'];

test('shards are one: state, corpus, results, night and issue', async () => {
  const cwd = emptyFolder();
  for (const number of [1, 2]) leave(cwd, number, 2, ['x', `only ${number}`]);
  const { code, stdout, stderr } = await lockstep(merge, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('campaign with seed night\n');
  expect(stdout).toMatch(/^1\/2 +1 +100 +2 +1 +0 s +shards\/1\/reports\/fuzz\/state-1-of-2.json$/m);
  expect(stdout).toMatch(/^all +2 +200 +3 +1 +0 s$/m);
  expect(stdout).toContain('the first 2 dealt rounds of the campaign are over');
  expect(stdout).toMatch(
    new RegExp(`^NEW {2}${race.id} [^]*;\\s+from\\s+shards/1/corpus\\s+and\\s+shards/2/corpus$`, 'm'),
  );
  expect(stdout).toContain('1 race in corpus: 1 new, 0 back, 0 mended');
  expect(Corpus.open(join(cwd, 'corpus')).entries).toEqual([race]);
  const joined = JSON.parse(readFileSync(join(cwd, 'reports/fuzz/joined.json'), 'utf8'));
  expect(joined).toMatchObject({ seed: 'night', races: [race.id] });
  const [night] = readNights(nightsFile(join(cwd, 'reports'))).nights;
  expect(night).toMatchObject({
    schedules: 200,
    sights: 3,
    shards: ['1/2', '2/2'],
    races: { new: [race.id] },
  });
  expect(readFileSync(join(cwd, 'issue.md'), 'utf8')).toMatch(/^# 1 new race\n/);
  // Each race and each verdict once, although both shards have them all.
  const { results } = fromJson(JSON.parse(readFileSync(join(cwd, 'results.json'), 'utf8')));
  const violated = everyKind.filter(({ verdict }) => verdict === 'violated');
  expect(results.filter(({ verdict }) => verdict === 'violated')).toHaveLength(violated.length);

  const trends = await lockstep(['trends', 'reports', 'shards', '--markdown', '-'], { cwd });
  expect(trends.code).toBe(0);
  expect(trends.stderr).toBe('1 night, 1 campaign: written to reports/trends.html\n');
  expect(trends.stdout).toMatch(
    /^## pg-lockstep: 1 night, the last one on 2026-11-30: 1 new race, 3 sights\n/,
  );
  expect(readFileSync(join(cwd, 'reports/trends.html'), 'utf8')).toContain('shards 1/2 and 2/2');

  const again = await lockstep(merge, { cwd });
  expect(again.stdout).toContain('1 race in corpus: 0 new');
  expect(readFileSync(join(cwd, 'issue.md'), 'utf8')).toBe('');
  expect(Corpus.open(join(cwd, 'corpus')).entries).toEqual([race]);
});

test('a missing shard is named; a damaged file is, too, and what can be read is joined', async () => {
  const cwd = emptyFolder();
  for (const number of [1, 3]) leave(cwd, number, 3, ['x']);
  const missing = await lockstep(merge, { cwd });
  expect(missing.code).toBe(0);
  expect(missing.stdout).toMatch(/^MISSING {2}of the campaign 2\/3 is not there;/m);

  writeFileSync(join(cwd, 'shards/3/reports/fuzz/state-3-of-3.json'), '{"schema":"pg-lockstep-ca');
  writeFileSync(join(cwd, 'shards/1/results.json'), '{"schema": "pg-lockstep-results", "sch');
  const file = join(cwd, 'shards/1/corpus/bank--faulty/0000000000.race');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'pg-lockstep race v1\n');
  const { code, stdout, stderr } = await lockstep(merge, { cwd });
  expect(code).toBe(2);
  for (const damaged of [
    '3/reports/fuzz/state-3-of-3.json',
    '1/results.json',
    '1/corpus/bank--faulty/0000000000.race',
  ])
    expect(stderr).toContain(`error: cannot read shards/${damaged}\n`);
  expect(stdout).toContain('of the campaign 2/3 and 3/3 are not there');
  // It is only read: the next one who looks finds it where it was.
  expect(existsSync(join(cwd, 'shards/3/reports/fuzz/state-3-of-3.json'))).toBe(true);
});

test.each([
  ['nothing', [], /^error: there is nothing to merge in shards\n/],
  [
    'one shard twice',
    [
      [1, 2],
      [1, 2],
    ],
    /^error: shard 1\/2 is there twice\nDETAIL: shards\/1-again\/.* and shards\/1\//,
  ],
  [
    'another campaign',
    [
      [1, 2],
      [1, 4],
    ],
    /^error: these are not shards of one campaign\nDETAIL: they are shards 1\/4 and 1\/2: shards\/1-again/,
  ],
] as const)('%s is refused, and nothing is written', async (_, shards, why) => {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, 'shards'));
  for (const [index, [number, of]] of shards.entries()) {
    const inner = index === 0 ? cwd : join(cwd, 'other');
    leave(inner, number, of, ['x']);
  }
  if (shards.length > 1) {
    const { renameSync } = await import('node:fs');
    renameSync(join(cwd, 'other/shards/1'), join(cwd, 'shards/1-again'));
  }
  const { code, stderr } = await lockstep(merge, { cwd });
  expect(code).toBe(2);
  expect(stderr).toMatch(why);
  for (const name of ['corpus', 'reports', 'issue.md']) expect(existsSync(join(cwd, name))).toBe(false);
});
