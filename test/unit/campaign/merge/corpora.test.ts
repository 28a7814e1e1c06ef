/** Corpora joined: each race once, the smaller scenario, the older finding, the later state, whichever comes first. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Corpus } from '../../../../src/campaign/corpus/corpus.ts';
import type { CorpusEntry } from '../../../../src/campaign/corpus/entry.ts';
import { joinCorpora } from '../../../../src/campaign/merge/corpora.ts';
import { joinEntries } from '../../../../src/campaign/corpus/join-entries.ts';
import { formatReplayLine } from '../../../../src/report/replay-line.ts';
import { entries, entryWith, identity } from '../corpus/entries.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-merge-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
function corpusOf(...all: readonly CorpusEntry[]): { readonly from: string; readonly content: Corpus } {
  const from = join(folder, String((made += 1)));
  const corpus = Corpus.open(from);
  for (const entry of all) corpus.update(entry);
  return { from, content: Corpus.open(from) };
}

const setting = {
  model: identity.model,
  driver: identity.driver,
  isolation: identity.isolation,
  order: 'session',
} as const;
const line = (sessions: number, deviations: number): string =>
  formatReplayLine(
    setting,
    { rows: {}, sessions: Array.from({ length: sessions }, () => [{ operation: 'deposit', args: [] }]) },
    Array.from({ length: deviations }, (_, step) => ({ step, session: 1 })),
  );
const day = (number: number): string => `2026-11-0${number}T00:00:00.000Z`;
const found = (number: number, seed: string): CorpusEntry['found'] => ({
  at: day(number),
  seed,
  schedules: 1,
  engine: 'postgres 18.4',
});

test('the smaller scenario, with its story, and the older finding', () => {
  const small = entryWith({}, { replay: line(2, 1), story: ['small'], found: found(2, 'late') });
  const large = entryWith({}, { replay: line(3, 1), story: ['large'], found: found(1, 'early') });
  const unread = entryWith({}, { replay: 'v0:x.00000000', story: ['unread'], found: found(3, 'last') });
  for (const order of [
    [small, large, unread],
    [unread, large, small],
  ])
    expect(joinEntries(order)).toMatchObject({
      replay: small.replay,
      story: ['small'],
      found: { seed: 'early' },
    });
  expect(joinEntries([entryWith({}, { replay: line(2, 2) }), small]).replay).toBe(small.replay);
});

test.each([
  ['mended after it was found', ['fails', 1], ['regression', 2], { kind: 'regression', seen: day(2) }],
  ['back after it was mended', ['regression', 2], ['fails', 3], { kind: 'fails', seen: day(3) }],
  ['since when it is so', ['fails', 2], ['fails', 1], { kind: 'fails', seen: day(1) }],
  ['both at once: it fails', ['regression', 1], ['fails', 1], { kind: 'fails', seen: day(1) }],
] as const)('%s', (_, [one, at], [other, then], state) => {
  const all = [
    entryWith({}, { state: { kind: one, seen: day(at) } }),
    entryWith({}, { state: { kind: other, seen: day(then) } }),
  ];
  expect(joinEntries(all).state).toEqual(state);
  expect(joinEntries(all.toReversed()).state).toEqual(state);
});

test('the order of the corpora makes no difference, and joining again changes nothing', () => {
  const twins = fc
    .tuple(entries, fc.array(entries, { minLength: 1, maxLength: 3 }))
    .map(([first, others]) => [
      first,
      ...others.map((other) => ({ ...other, identity: first.identity, id: first.id })),
    ]);
  fc.assert(
    fc.property(twins, (all) => {
      const joined = joinEntries(all);
      expect(joinEntries(all.toReversed())).toEqual(joined);
      expect(joinEntries([...all, ...all])).toEqual(joined);
      expect(joinEntries([joined, joined])).toEqual(joined);
    }),
  );
});

test('what a folder learns: new, back, mended, and nothing of what it knows', () => {
  const failing = (name: string, seen: number): CorpusEntry =>
    entryWith({ operations: [name] }, { state: { kind: 'fails', seen: day(seen) } });
  const mended = (name: string, seen: number): CorpusEntry =>
    entryWith({ operations: [name] }, { state: { kind: 'regression', seen: day(seen) } });
  const into = corpusOf(failing('known', 1), mended('back', 1), failing('mended', 1), failing('in place', 2));
  const one = corpusOf(failing('known', 1), failing('new', 2), failing('back', 2));
  const two = corpusOf(failing('new', 3), mended('mended', 2), mended('old', 1));
  const campaign = new Set([failing('in place', 2).id, failing('new', 2).id]);
  const races = joinCorpora(into.content, [one, two, into], campaign);
  const of = (name: string): unknown => {
    const race = races.find(({ entry }) => entry.identity.operations[0] === name);
    return [race?.news, race?.from];
  };
  expect(of('known')).toEqual(['same', [into.from, one.from]]);
  expect(of('new')).toEqual(['new', [one.from, two.from]]);
  expect(of('back')).toEqual(['back', [into.from, one.from]]);
  expect(of('mended')).toEqual(['mended', [into.from, two.from]]);
  expect(of('in place')).toEqual(['new', [into.from]]);
  expect(of('old')).toEqual(['same', [two.from]]);
  const onDisk = Corpus.open(into.from);
  expect(onDisk.damaged).toEqual([]);
  expect(onDisk.entries).toEqual(races.map(({ entry }) => entry).toSorted(byId));
  expect(joinCorpora(onDisk, [one, two]).every(({ news }) => news === 'same')).toBe(true);
});

function byId(a: CorpusEntry, b: CorpusEntry): number {
  return a.id < b.id ? -1 : 1;
}
