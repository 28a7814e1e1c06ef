/** Races of code whose names changed, and files in the wrong place. */
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Corpus, fileOf } from '../../../../src/campaign/corpus/corpus.ts';
import type { CorpusEntry } from '../../../../src/campaign/corpus/entry.ts';
import { migrate, type Migrated } from '../../../../src/campaign/corpus/migrate.ts';
import { formatReplayLine, parseReplayLine } from '../../../../src/report/replay-line.ts';
import { entryWith, identity } from './entries.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'migrate-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function lineOf(model: string, ...operations: readonly string[]): string {
  const sessions = operations.map((operation) => [{ operation, args: [] }]);
  const setting = { model, driver: 'postgres', isolation: 'read committed', order: 'session' } as const;
  return formatReplayLine(setting, { rows: {}, sessions }, []);
}

function entry(model: string, operations: readonly string[], rest: Partial<CorpusEntry> = {}): CorpusEntry {
  return entryWith({ model, operations }, { replay: lineOf(model, ...operations), ...rest });
}

function keep(...entries: readonly CorpusEntry[]): void {
  for (const each of entries) Corpus.open(folder).add(each);
}

function renamed(
  models: Record<string, string>,
  operations: Record<string, string> = {},
): readonly Migrated[] {
  const maps = { models: new Map(Object.entries(models)), operations: new Map(Object.entries(operations)) };
  return migrate(Corpus.open(folder), maps);
}

test('a model with all variants, or one of them; an operation in all models', () => {
  keep(
    entry('bank/a', ['deposit', 'deposit']),
    entry('bank/b', ['deposit', 'read']),
    entry('banks', ['other']),
  );
  renamed({ bank: 'accounts', 'bank/b': 'ledger/b' }, { deposit: 'pay' });
  const { entries, damaged } = Corpus.open(folder);
  expect(damaged).toEqual([]);
  expect(entries.map((each) => [each.identity.model, ...each.identity.operations])).toEqual([
    ['accounts/a', 'pay', 'pay'],
    ['banks', 'other'],
    ['ledger/b', 'pay', 'read'],
  ]);
  const [first] = entries;
  expect(first?.title).toBe('lost update (P4): pay and pay');
  const line = parseReplayLine(first?.replay ?? '');
  expect([line.model, line.scenario.sessions[0]?.[0]?.operation]).toEqual(['accounts/a', 'pay']);
  expect(readdirSync(join(folder, 'bank--a'))).toEqual([]);
});

test('two names that are exchanged', () => {
  keep(entry('m', ['a', 'a']), entry('m', ['b', 'b'], { title: 'the second' }));
  expect(renamed({}, { a: 'b', b: 'a' })).toHaveLength(2);
  const titles = Corpus.open(folder).entries.map((each) => [each.identity.operations[0], each.title]);
  expect(new Map(titles as [string, string][]).get('a')).toBe('the second');
});

test('a race that is known by its new name is joined with that one', () => {
  const found = { ...entryWith().found, at: '2026-01-01T00:00:00.000Z' };
  keep(entry('m', ['pay', 'pay']), entry('m', ['deposit', 'deposit'], { found }));
  const [one] = renamed({}, { deposit: 'pay' });
  expect(one?.joined).toBe(true);
  const { entries } = Corpus.open(folder);
  expect(entries).toHaveLength(1);
  expect(entries[0]?.found.at).toBe(found.at);
});

test('a file that was moved goes where it belongs', () => {
  const race = entry('m', ['a', 'a']);
  keep(race);
  const elsewhere = join(folder, 'elsewhere', 'ffffffffff.race');
  mkdirSync(dirname(elsewhere));
  renameSync(fileOf(folder, race), elsewhere);
  expect(Corpus.open(folder).damaged).toHaveLength(1);
  expect(renamed({})).toHaveLength(1);
  const { entries, damaged } = Corpus.open(folder);
  expect([entries, damaged]).toEqual([[race], []]);
  expect(readdirSync(dirname(elsewhere))).toEqual([]);
});

test('a line that cannot be read leaves everything as it was', () => {
  const races = [entry('m', ['a', 'a']), entryWith({ ...identity, model: 'm', operations: ['a', 'b'] })];
  keep(...races);
  expect(() => renamed({ m: 'n' })).toThrow('cannot read the replay line');
  expect(Corpus.open(folder).entries).toHaveLength(2);
  expect(renamed({ other: 'n' })).toEqual([]);
});
