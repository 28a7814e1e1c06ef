import { expect, test } from 'vitest';
import type { Minimality, NeighbourSearch, OpenNeighbour } from '../../../src/core/minimality.ts';
import { minimalityTexts } from '../../../src/report/minimality-text.ts';
import { lostUpdate } from './build.ts';

const search: NeighbourSearch = {
  neighbours: 5,
  passed: 5,
  schedules: 34,
  replaced: 0,
  open: [],
  moreOpen: 0,
  refused: [],
  moreRefused: 0,
};
const without: OpenNeighbour = {
  part: 'session',
  change: 'without session s2',
  scenario: lostUpdate.scenario,
  schedules: 0,
  reason: 'not searched: the time ended',
};
const textsOf = (change: Partial<Minimality>): readonly string[] =>
  minimalityTexts({ ...lostUpdate.minimality, ...change }, lostUpdate.scenario);

test('certified: the word, and what it rests on', () => {
  expect(textsOf({ certified: true, neighbours: search })).toEqual([
    '2 sessions, 2 operations, 1 preemption: certified minimal',
    'nothing smaller fails: 5 scenarios (34 schedules), 2 schedules with fewer preemptions',
  ]);
  expect(
    textsOf({ certified: true, neighbours: { ...search, neighbours: 1, passed: 1, schedules: 1 } })[1],
  ).toBe('nothing smaller fails: 1 scenario (1 schedule), 2 schedules with fewer preemptions');
  expect(textsOf({ certified: true, preemptions: 0, neighbours: search })[1]).toBe(
    'nothing smaller fails: 5 scenarios (34 schedules)',
  );
});

test('certified with neighbours that the code does not take', () => {
  const refused = [{ ...without, reason: 'operation f throws TypeError when run alone' }];
  expect(
    textsOf({ certified: true, neighbours: { ...search, passed: 3, refused, moreRefused: 1 } }).slice(1),
  ).toEqual([
    'nothing smaller fails: 3 scenarios (34 schedules), 2 schedules with fewer preemptions',
    'the code under test does not take 2 smaller scenarios',
  ]);
});

test('not certified: which neighbours, and why', () => {
  const open = [
    without,
    { ...without, change: 'without operation 1 of s1 (f)', schedules: 2000, reason: 'it has more schedules' },
    { ...without, change: 'with argument 1 of s1 f simpler', scenario: undefined, reason: 'nobody knows' },
    without,
  ];
  const texts = textsOf({ certified: false, neighbours: { ...search, passed: 1, open, moreOpen: 7 } });
  expect(texts[0]).toBe('2 sessions, 2 operations, 1 preemption');
  expect(texts.slice(2)).toEqual([
    '1 of 5 scenarios that are one step smaller pass in every schedule (34 schedules run)',
    'not known to pass: without session s2 (not searched: the time ended); ' +
      'without operation 1 of s1 (f) (it has more schedules; 2,000 schedules run); ' +
      'with argument 1 of s1 f simpler (nobody knows); 8 more',
  ]);
});

test('a counterexample without neighbours: nothing was searched, and nothing is claimed of schedules', () => {
  const none = { ...search, neighbours: 0, passed: 0, schedules: 0 };
  expect(textsOf({ certified: true, preemptions: 0, neighbours: none })[1]).toBe('nothing is smaller');
});

test('if neighbours were not searched, shrinking is reported as before', () => {
  expect(textsOf({ certified: false })[2]).toBe('3 smaller scenarios were searched completely, none fails');
  expect(textsOf({ certified: false, shrunk: false })[2]).toBe('no smaller scenario was tried');
});
