import { expect, test } from 'vitest';
import type { NeighbourFindings, NeighbourReason, ScenarioChange } from '../../../src/core/neighbour.ts';
import { neighbourSearch } from '../../../src/report/neighbour-text.ts';
import { lostUpdate } from './build.ts';

const { scenario } = lostUpdate;
const counts = {
  neighbours: 7,
  passed: 1,
  otherwise: 1,
  schedules: 20,
  replaced: 2,
  moreOpen: 3,
  moreRefused: 0,
};
const findings = (change: ScenarioChange, reason: NeighbourReason): NeighbourFindings => ({
  ...counts,
  open: [{ change, scenario, schedules: 4, reason }],
  refused: [],
});
const argument: ScenarioChange = { kind: 'argument', session: 0, operation: 1, name: 'f', argument: 2 };

test('the counts stay; what is open and what is refused is put into words', () => {
  const refused = { kind: 'refused', message: 'no account' } as const;
  const open = findings({ kind: 'session', session: 1 }, { kind: 'more-schedules' });
  const { open: again } = findings({ kind: 'row', table: 't', row: 0 }, refused);
  expect(neighbourSearch({ ...open, refused: again })).toEqual({
    ...counts,
    open: [
      {
        part: 'session',
        change: 'without session s2',
        scenario,
        schedules: 4,
        reason: 'it has more schedules than could be run',
      },
    ],
    refused: [{ part: 'row', change: 'without row 1 of t', scenario, schedules: 4, reason: 'no account' }],
  });
});

test.each<readonly [ScenarioChange, NeighbourReason, string]>([
  [
    { kind: 'operation', session: 2, operation: 0, name: 'f' },
    { kind: 'spent', maxSchedulesToCertify: 10_000 },
    'without operation 1 of s3 (f): not searched: maxSchedulesToCertify, 10,000, was reached',
  ],
  [
    argument,
    { kind: 'stopped', why: 'the time ended', begun: false },
    'with a simpler argument 3 of s1 f: not searched: the time ended',
  ],
  [
    { kind: 'value' },
    { kind: 'stopped', why: 'the time ended', begun: true },
    'with simpler starting rows: the time ended',
  ],
  [
    { kind: 'value' },
    { kind: 'opaque' },
    'with the starting rows simpler: its arbitrary cannot simplify a value that it did not draw; a `map` needs an unmapper for that',
  ],
  [
    argument,
    { kind: 'opaque' },
    'with argument 3 of s1 f simpler: its arbitrary cannot simplify a value that it did not draw; a `map` needs an unmapper for that',
  ],
  [
    argument,
    {
      kind: 'inconclusive',
      inconclusive: { kind: 'limit', limit: 'maxSteps', detail: '', scenario, schedule: [] },
    },
    'with a simpler argument 3 of s1 f: the limit maxSteps was hit',
  ],
])('%o, %o', (of, why, text) => {
  const [only] = neighbourSearch(findings(of, why)).open;
  expect(`${only?.change}: ${only?.reason}`).toBe(text);
  expect(only?.part).toBe(of.kind);
});
