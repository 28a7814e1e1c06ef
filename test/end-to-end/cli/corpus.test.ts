/** `lockstep corpus`: a race is kept, mended, comes back, no longer fits, and is removed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Corpus, fileOf } from '../../../src/campaign/corpus/corpus.ts';
import { entryOf, type CorpusEntry } from '../../../src/campaign/corpus/entry.ts';
import { fromJson } from '../../../src/report/json.ts';
import { formatReplayLine, parseReplayLine } from '../../../src/report/replay-line.ts';
import { emptyFolder, lockstep, sharedServer, type SharedServer } from './lockstep.ts';

const cwd = emptyFolder();
const folder = join(cwd, 'corpus');
let server: SharedServer;
let race: CorpusEntry;
let file = '';

/** The code of the model `bank/faulty` as it is from now on. */
function write(read: string, write: string, operation = 'deposit'): void {
  const source = `import { defineModel, operation } from ${JSON.stringify(new URL('../../../dist/index.js', import.meta.url).href)};
export default defineModel({
  name: 'bank',
  variant: 'faulty',
  schema: 'create table accounts (balance integer not null)',
  rows: { accounts: [{ balance: 10 }] },
  operations: {
    ${operation}: operation({
      arguments: [],
      async run(session) {
        let { rows } = await session.client.query(${JSON.stringify(read)});
        await session.client.query(${write});
      },
    }),
  },
});`;
  writeFileSync(join(cwd, 'bank.mts'), source);
}
const overwrite = '`update accounts set balance = ${rows[0].balance + 1}`';
const faulty = (): void => write('select balance from accounts', overwrite);
const mended = (): void => write('select 1', "'update accounts set balance = balance + 1'");

const corpus = (...args: readonly string[]) => lockstep(['corpus', ...args], { cwd });
const run = (...args: readonly string[]) => corpus('run', 'bank.mts', '--server', server.url, ...args);
const stateNow = () => Corpus.open(folder).entries.find(({ id }) => id === race.id)?.state;

beforeAll(async () => {
  server = await sharedServer();
  faulty();
  const args = ['--sessions', '2', '--operations', '1', '--runs', '2', '--seed', '1', '--server', server.url];
  const { code } = await lockstep(['check', 'bank.mts', ...args, '--json', 'results.json'], { cwd });
  expect(code).toBe(1);
  const { results } = fromJson(JSON.parse(readFileSync(join(cwd, 'results.json'), 'utf8')));
  const [counterexample] = results.flatMap((result) => result.counterexample ?? []);
  if (counterexample === undefined) throw new Error('no race was found');
  race = entryOf(counterexample, { at: '2026-11-30T01:02:03.000Z', seed: 1, schedules: 3 });
  Corpus.open(folder).add(race);
  file = fileOf(folder, race);
});
afterAll(() => server.close());

test('list and show say what it is, and run nothing', async () => {
  const list = await corpus('list');
  expect(list.stdout).toBe(
    `fails       ${race.id}  bank/faulty on postgres, read committed: lost update (P4): deposit and deposit\n1 race in corpus: 1 failing, 0 mended, 0 retired\n`,
  );
  const show = await corpus('show', race.id.slice(0, 4));
  expect(show.stdout).toContain(`RACE  ${race.id}`);
  expect(show.stdout).toContain(race.replay);
  expect(show.stdout).toContain(race.story.join('\n'));
  const unknown = await corpus('show', 'nothing');
  expect(unknown.stderr).toContain('there is no race nothing');
  expect([list.code, show.code, unknown.code]).toEqual([0, 0, 2]);
});

test('a race that still fails is said in one line, and its file stays as it is', async () => {
  const before = readFileSync(file, 'utf8');
  const { stdout, code } = await run();
  expect(stdout).toContain(`FAILS  ${race.id}`);
  expect(stdout).not.toContain('VIOLATION');
  expect(stdout).toContain('1 race: 1 failing, 0 mended, 0 without a verdict');
  expect(code).toBe(1);
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('mended code passes, and the race is kept; when it comes back, its story is shown', async () => {
  mended();
  const passing = await run();
  expect(passing.stdout).toContain(`PASSES  ${race.id}`);
  expect(passing.stdout).toMatch(/it no longer fails, in all\s+schedules of its scenario/);
  expect(passing.code).toBe(0);
  expect(stateNow()?.kind).toBe('regression');
  faulty();
  const back = await run();
  expect(back.stdout).toMatch(/had been mended, and is\s+back/);
  expect(back.stdout).toContain('VIOLATION  lost update (P4)');
  expect(back.code).toBe(1);
  expect(stateNow()?.kind).toBe('fails');
});

test('a race that fails with other statements now is retired, and the other one is kept', async () => {
  write(
    'select 1',
    "`${(rows = (await session.client.query('select balance from accounts where true')).rows) && ''}` + " +
      overwrite,
  );
  const { stdout, code } = await run();
  expect(stdout).toMatch(/fails as another race\s+now/);
  expect(stdout).toContain('VIOLATION  lost update (P4)');
  expect(code).toBe(1);
  expect(stateNow()?.kind).toBe('retired');
  const corpusNow = Corpus.open(folder);
  const [other] = corpusNow.entries.filter(({ id }) => id !== race.id);
  expect(other?.identity.pair?.[0]).toBe('select balance from accounts where true');
  expect(other?.state.kind).toBe('fails');
  corpusNow.remove(other?.id ?? '');
  corpusNow.update(race);
});

test('minimise shrinks a race that fails, and says what it could not shrink', async () => {
  faulty();
  const line = parseReplayLine(race.replay);
  const sessions = [...line.scenario.sessions, ...line.scenario.sessions];
  const large = formatReplayLine(line, { ...line.scenario, sessions }, line.schedule);
  Corpus.open(folder).update({ ...race, replay: large });
  const minimise = () => corpus('minimise', 'bank.mts', '--server', server.url);
  const smaller = await minimise();
  const words = smaller.stdout.replaceAll(/\s+/g, ' ');
  expect(words).toMatch(/SMALLER .* 2 sessions, 2 operations, .* before 4 sessions, 4 operations, /);
  expect(words).toContain('1 race: 1 smaller, 0 as small as before, 0 not shrunk');
  expect(smaller.code).toBe(0);
  expect(Corpus.open(folder).entries).toEqual([race]);
  expect((await minimise()).stdout).toContain(`MINIMAL  ${race.id}`);
  mended();
  const passing = await minimise();
  expect(passing.stdout).toContain('lockstep corpus run records that');
  expect(passing.code).toBe(3);
  expect(Corpus.open(folder).entries).toEqual([race]);
});

test('migrate keeps the races of an operation that has another name now', async () => {
  write('select balance from accounts', overwrite, 'pay');
  const migrated = await corpus('migrate', '--operation', 'deposit=pay');
  expect(migrated.stdout).toMatch(
    new RegExp(`^${race.id} -> .*: lost update \\(P4\\): pay and pay\n1 race rewritten\n$`),
  );
  expect(migrated.code).toBe(0);
  expect((await run()).stdout).toContain('1 race: 1 failing');
  const wrong = await corpus('migrate', '--operation', 'deposit');
  expect(wrong.stderr).toContain('--operation takes an old and a new name, as in deposit=pay, not "deposit"');
  expect(wrong.code).toBe(2);
  await corpus('migrate', '--operation', 'pay=deposit');
  expect(Corpus.open(folder).entries).toEqual([race]);
});

test('a race that does not fit is not retired until a person says so; prune removes it', async () => {
  write('select balance from accounts', overwrite, 'pay');
  const asked = await run();
  expect(asked.stdout).toMatch(/OUTDATED {2}[^]*calls deposit, which bank\/faulty no longer\s+has/);
  expect(asked.stdout).toContain('--retire');
  expect(asked.code).toBe(3);
  expect(stateNow()?.kind).toBe('fails');
  const retired = await run('--retire');
  expect(retired.code).toBe(0);
  expect(stateNow()).toMatchObject({ kind: 'retired', reason: expect.stringContaining('calls deposit') });
  const pruned = await corpus('prune');
  expect(pruned.stdout).toContain(`removed  ${race.id}`);
  expect(pruned.stdout).toContain('1 race removed, no races kept');
  expect(pruned.code).toBe(0);
  expect(Corpus.open(folder).entries).toEqual([]);
});

test('a damaged file is a fault, and the other races are run', async () => {
  faulty();
  Corpus.open(folder).add(race);
  const damaged = join(folder, 'bank--faulty', '0000000000.race');
  writeFileSync(damaged, '<<<<<<< HEAD\n');
  const { stdout, stderr, code } = await run();
  expect(stderr).toContain(`cannot read the race ${join('corpus', 'bank--faulty', '0000000000.race')}`);
  expect(stdout).toContain('1 race: 1 failing');
  expect(code).toBe(2);
  expect(readFileSync(damaged, 'utf8')).toBe('<<<<<<< HEAD\n');
});
