/** A failure that was shrunk, beside the races that are known. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Corpus } from '../../../../src/campaign/corpus/corpus.ts';
import { recordRace, type RaceRecord } from '../../../../src/campaign/fuzz/race-record.ts';
import { checkResult, nothingCovered } from '../../../../src/core/check-result.ts';
import type { Counterexample, ViolatedResult } from '../../../../src/core/result.ts';
import { lostUpdate } from '../../report/build.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-race-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function record(corpus: Corpus, counterexample: Counterexample, schedules: number): RaceRecord {
  const { setting } = counterexample;
  const result = checkResult({ setting, coverage: nothingCovered, seed: 1, counterexample });
  return recordRace(corpus, result as ViolatedResult, { seed: 1, schedules });
}

test('it is new once, known while it fails, and back when it had been mended', () => {
  const corpus = Corpus.open(folder);
  const first = record(corpus, lostUpdate, 5);
  const second = record(corpus, lostUpdate, 9);
  expect([first.news, second.news]).toEqual(['new', 'known']);
  corpus.update({ ...first.entry, state: { kind: 'regression', seen: '2026-12-01T00:00:00.000Z' } });
  expect(record(corpus, lostUpdate, 12).news).toBe('back');
  const again = Corpus.open(folder).entries;
  expect(again).toMatchObject([{ id: first.entry.id, found: { schedules: 5 }, state: { kind: 'fails' } }]);
});

test('a race of another kind is another race', () => {
  const corpus = Corpus.open(folder);
  record(corpus, lostUpdate, 1);
  expect(record(corpus, { ...lostUpdate, violation: { kind: 'stuck', waits: [] } }, 2).news).toBe('new');
  expect(corpus.entries).toHaveLength(2);
});
