/** What becomes of a race when it is run again, by the answers of an executor. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Corpus } from '../../../../src/campaign/corpus/corpus.ts';
import { entryOf, type CorpusEntry } from '../../../../src/campaign/corpus/entry.ts';
import { rerunEntry } from '../../../../src/campaign/corpus/rerun-entry.ts';
import type { Executor } from '../../../../src/campaign/executor.ts';
import { Fault } from '../../../../src/core/fault.ts';
import { nothingCovered } from '../../../../src/core/check-result.ts';
import type { Counterexample } from '../../../../src/core/result.ts';
import { formatReplayLine } from '../../../../src/report/replay-line.ts';
import { lostUpdate } from '../../report/build.ts';

const race: Counterexample = {
  ...lostUpdate,
  replay: formatReplayLine(lostUpdate.setting, lostUpdate.scenario, lostUpdate.schedule),
};
/** The same race under another schedule. */
const elsewhere: Counterexample = {
  ...race,
  replay: formatReplayLine(race.setting, { ...race.scenario, rows: {} }, race.schedule),
};
const stuck: Counterexample = { ...elsewhere, violation: { kind: 'stuck', waits: [] } };
const [was, now] = ['2026-11-30T00:00:00.000Z', '2026-12-01T00:00:00.000Z'] as const;
const entry = entryOf(race, { at: was, seed: 1, schedules: 2 });
const vacuous = { kind: 'vacuous', detail: '' } as const;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-rerun-test-'));
  Corpus.open(folder).add(entry);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** @param replay the answer to the schedule @param check the answer to the search of its scenario */
function rerun(replay: object | Fault, check?: object, as: CorpusEntry = entry, stopped = false) {
  const executor = {
    run: (job: { readonly kind: string }) => {
      const answer = job.kind === 'replay' ? replay : check;
      if (answer === undefined) throw new Error('nobody should search');
      return answer instanceof Fault ? Promise.reject(answer) : Promise.resolve(answer);
    },
    renew: () => Promise.resolve(),
  } as unknown as Executor;
  const corpus = Corpus.open(folder);
  const model = { id: 'bank', file: 'bank.ts', absolute: '/bank.ts' };
  const engine = { engine: 'postgres', server: undefined } as const;
  return rerunEntry(as, { corpus, executor, model, engine, limits: {}, now, stopped: () => stopped });
}
const stored = () => Corpus.open(folder).entries;
const fault = (code: string) => new Fault('it does not', { code, kind: 'usage', detail: 'because' });
const holds = { coverage: { ...nothingCovered, schedules: 6, exhaustive: 1 } };
const misfit = fault('schedule-does-not-fit');

test('its schedule fails: nothing is searched, and nothing written', async () => {
  const news = await rerun({ counterexample: race });
  expect(news).toMatchObject({ kind: 'fails', back: false });
  expect(stored()).toEqual([entry]);
});

test.each([
  ['its schedule passes', {}],
  ['its schedule does not fit', misfit],
])('%s, and so does its scenario: a regression from now on', async (_, replay) => {
  expect(await rerun(replay, holds)).toMatchObject({ kind: 'passes', schedules: 6, exhaustive: true });
  expect(stored()).toEqual([{ ...entry, state: { kind: 'regression', seen: now } }]);
  const [known = entry] = stored();
  expect(await rerun({ counterexample: race }, undefined, known)).toMatchObject({
    kind: 'fails',
    back: true,
  });
  expect(stored()).toEqual([{ ...entry, state: { kind: 'fails', seen: now } }]);
});

test('its scenario fails under another schedule: the same race with a new line', async () => {
  const news = await rerun(misfit, { ...holds, counterexample: elsewhere });
  expect(news).toMatchObject({ kind: 'fails', back: false });
  expect(stored()).toMatchObject([{ id: entry.id, replay: elsewhere.replay, state: entry.state }]);
});

test('its scenario fails as another race: that one is kept, this one retired', async () => {
  const news = await rerun(misfit, { ...holds, counterexample: stuck });
  expect(news?.kind).toBe('found-again');
  const other = entryOf(stuck, { at: now, seed: 1, schedules: 2 });
  const reason = `its scenario fails as another race now: ${other.id}`;
  expect(stored()).toHaveLength(2);
  expect(stored()).toContainEqual(other);
  expect(stored()).toContainEqual({ ...entry, state: { kind: 'retired', seen: now, reason } });
});

test.each([
  ['its schedule has no verdict', { inconclusive: vacuous }, undefined],
  ['its scenario has no verdict', {}, { ...holds, inconclusive: vacuous }],
])('%s: it stays as it is', async (_, replay, check) => {
  expect(await rerun(replay, check)).toEqual({ kind: 'no-verdict', entry, inconclusive: vacuous });
  expect(stored()).toEqual([entry]);
});

test.each(['other-model', 'bad-replay-line'])('%s: it does not fit, and nothing is written', async (code) => {
  expect(await rerun(fault(code))).toEqual({ kind: 'does-not-fit', entry, why: 'it does not: because' });
  expect(stored()).toEqual([entry]);
});

test('other faults are for the caller', async () => {
  await expect(rerun(fault('server-lost'))).rejects.toThrow('it does not');
  expect(stored()).toEqual([entry]);
});

test.each([holds, { ...holds, counterexample: stuck }])(
  'an interrupted search shows nothing: %#',
  async (check) => {
    expect(await rerun(misfit, check, entry, true)).toBe(undefined);
    expect(stored()).toEqual([entry]);
  },
);
