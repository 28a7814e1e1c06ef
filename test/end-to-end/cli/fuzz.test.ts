/** `lockstep fuzz`: each race once, in the corpus before it is displayed; campaigns that are interrupted or killed go on. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Corpus } from '../../../src/campaign/corpus/corpus.ts';
import { readState, stateFile, totalsOf, type CampaignState } from '../../../src/campaign/fuzz/state.ts';
import { wholeCampaign } from '../../../src/campaign/fuzz/shard.ts';
import { nightsFile, readNights } from '../../../src/campaign/nights.ts';
import { Chance } from '../../abuse/chance.ts';
import { processesOf } from '../../abuse/processes.ts';
import { sharedMemoryOf } from '../../support/shared-memory.ts';
import { emptyFolder, fixture, lockstep, serverOfFile, start, type Running } from './lockstep.ts';

const server = serverOfFile();

const fuzz = (...more: readonly string[]): readonly string[] => [
  'fuzz',
  fixture('bank.ts'),
  '--workers',
  '1',
  ...more,
];
const onServer = (...more: readonly string[]): readonly string[] => fuzz('--server', server.url, ...more);
const corpusIn = (cwd: string): Corpus => Corpus.open(join(cwd, 'corpus'));

/** The state as it is on disk; undefined before the first round. It is never half written, so it is never damaged. */
function stateIn(cwd: string): CampaignState | undefined {
  const found = readState(stateFile(join(cwd, 'reports'), wholeCampaign));
  if (found.kind === 'damaged') throw new Error(found.why);
  return found.kind === 'found' ? found.state : undefined;
}

/** Waits for this many rounds in all. */
async function rounds(running: Running, cwd: string, count: number): Promise<void> {
  let over = false;
  void running.ended.then(() => (over = true));
  for (;;) {
    const state = stateIn(cwd);
    if (state !== undefined && totalsOf(state).rounds >= count) return;
    if (over) throw new Error(`it ended too soon: ${running.stderr}`);
    await new Promise(setImmediate);
  }
}

const times = (text: string, part: string): number => text.split(part).length - 1;

test('a race is reported once, is known the next time, and is kept as a regression when it is mended', async () => {
  const cwd = emptyFolder();
  const faulty = onServer('--variant', 'faulty', '--schedules', '4', '--seed', '1');

  const first = await lockstep(faulty, { cwd });
  expect(first.code).toBe(1);
  expect(times(first.stdout, 'VIOLATION  lost update (P4) in bank/faulty')).toBe(1);
  expect(first.stdout).toMatch(/^1 new race, \d+ more failures? of known races, /m);
  const [race, ...others] = corpusIn(cwd).entries;
  expect(others).toEqual([]);
  expect(race).toMatchObject({
    identity: { anomaly: 'P4', operations: ['deposit', 'deposit'] },
    found: { seed: 1 },
  });
  expect(first.stdout).toContain(`new race ${race?.id}`);

  const second = await lockstep(faulty, { cwd });
  expect(second.code).toBe(1);
  expect(second.stderr).toContain('going on with the campaign of reports/fuzz/state.json, seed 1');
  expect(second.stdout).toContain(
    `FAILS  ${race?.id}  bank/faulty on postgres, read committed: lost update (P4)`,
  );
  expect(second.stdout).toMatch(/^nothing new, 1 known race fails, /m);
  expect(second.stdout).not.toContain('VIOLATION');

  const mended = await lockstep(faulty, { cwd, env: { FIXED: '1' } });
  expect(mended.code).toBe(0);
  expect(mended.stdout).toMatch(
    new RegExp(`^PASSES  ${race?.id} [^]*it no longer fails, in all\\s+schedules`, 'm'),
  );
  expect(corpusIn(cwd).entries).toMatchObject([{ id: race?.id, state: { kind: 'regression' } }]);

  const broken = await lockstep(faulty, { cwd });
  expect(broken.code).toBe(1);
  expect(broken.stdout).toMatch(
    new RegExp(`^FAILS  ${race?.id} [^]*it had been mended, and is\\s+back`, 'm'),
  );
  expect(corpusIn(cwd).entries).toMatchObject([{ id: race?.id, state: { kind: 'fails' } }]);

  const { nights } = readNights(nightsFile(join(cwd, 'reports')));
  const none = { new: [], back: [], known: [], mended: [] };
  expect(nights.map(({ races }) => races)).toEqual(
    (['new', 'known', 'mended', 'back'] as const).map((name) => ({ ...none, [name]: [race?.id] })),
  );
  expect(nights[0]).toMatchObject({
    seed: 1,
    shards: ['1/1'],
    versions: { engines: [expect.stringMatching(/^postgres \d/)] },
  });
  expect(nights[0]?.schedules).toBeGreaterThanOrEqual(4);

  // What somebody removed is not known any more, whatever the state remembers.
  rmSync(join(cwd, 'corpus'), { recursive: true });
  const removed = await lockstep(faulty, { cwd });
  expect(removed.code).toBe(1);
  expect(removed.stdout).toContain(`new race ${race?.id}`);
});

test('a mended variant: nothing is found, and there is no corpus', async () => {
  const cwd = emptyFolder();
  const { code, stdout } = await lockstep(onServer('--variant', 'mended', '--schedules', '30'), { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^nothing new, /);
  expect(existsSync(join(cwd, 'corpus'))).toBe(false);
});

test('Ctrl-C ends it in order: the race, the summary and the state are there, and no database stays', async () => {
  const cwd = emptyFolder();
  const before = await server.databases();
  const running = start(onServer('--time', '1h', '--seed', '2'), { cwd });
  await rounds(running, cwd, 2);
  running.process.kill('SIGINT');
  const { code, stdout } = await running.ended;
  expect(code).toBe(130);
  expect(stdout).toContain('VIOLATION  lost update (P4) in bank/faulty');
  expect(stdout).toMatch(/^1 new race, /m);
  expect(corpusIn(cwd).entries).toHaveLength(1);
  expect(await server.databases()).toEqual(before);
});

describe('kill -9', () => {
  const chance = new Chance('fuzz');
  const moments = Array.from({ length: 3 }, () => chance.below(3));

  test('whenever it comes: the displayed race is in the corpus, nothing stays behind, and the campaign goes on', async () => {
    const cwd = emptyFolder();
    const temp = join(cwd, 'temp');
    mkdirSync(temp);
    const env = { TMPDIR: temp, LOCKSTEP_FUZZ_TEST: cwd };
    const ours = (): readonly number[] =>
      processesOf(`LOCKSTEP_FUZZ_TEST=${cwd}`, temp).map(({ pid }) => pid);
    const pids = new Set<number>();
    let done = 0;
    for (const more of moments) {
      const running = start(fuzz('--time', '1h', '--seed', '3'), { cwd, env });
      // In the middle of the round after these; with none, while the known races run or the first round does.
      await rounds(running, cwd, done + more);
      for (const pid of ours()) pids.add(pid);
      running.process.kill('SIGKILL');
      const { stdout } = await running.ended;
      const { entries, damaged } = corpusIn(cwd);
      expect(damaged).toEqual([]);
      for (const [, id] of stdout.matchAll(/^new race (\w+)/gm))
        expect(entries.map((entry) => entry.id)).toContain(id);
      const state = stateIn(cwd);
      if (state !== undefined) {
        expect(totalsOf(state).rounds).toBeGreaterThanOrEqual(done);
        done = totalsOf(state).rounds;
      }
      while (ours().length > 0) await new Promise(setImmediate);
    }
    expect(done).toBeGreaterThan(0);
    expect(sharedMemoryOf(pids)).toEqual([]);
    const { code, stderr } = await lockstep(fuzz('--schedules', '2', '--seed', '3'), { cwd, env });
    expect(code).toBe(1);
    expect(stderr).toContain('going on with the campaign');
    expect(corpusIn(cwd).entries).toHaveLength(1);
    expect(readdirSync(temp).filter((name) => name.startsWith('lockstep'))).toEqual([]);
  });
});

test('a damaged state is moved aside, and the corpus is used all the same', async () => {
  const cwd = emptyFolder();
  const args = onServer('--variant', 'faulty', '--schedules', '2', '--seed', '4');
  await lockstep(args, { cwd });
  const file = stateFile(join(cwd, 'reports'), wholeCampaign);
  rmSync(file);
  mkdirSync(file);
  const { code, stdout, stderr } = await lockstep(args, { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain('moved to reports/fuzz/state.json.damaged, and the campaign begins again');
  expect(stdout).toMatch(/^FAILS  /m);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ seed: 4 });
});
