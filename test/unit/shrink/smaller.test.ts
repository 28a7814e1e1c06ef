import { expect, test } from 'vitest';
import type { Neighbour } from '../../../src/core/neighbour.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { changeText } from '../../../src/report/neighbour-text.ts';
import { smallerScenarios } from '../../../src/shrink/smaller.ts';

const call = (operation: string) => ({ operation, args: [] });
const scenario: Scenario = {
  rows: { t: [{ id: 1 }, { id: 2 }] },
  sessions: [[call('a'), call('b')], [call('c')], [call('d')]],
};
const shape = ({ change, scenario: { rows, sessions } }: Neighbour): string =>
  `${changeText(change)}: ${sessions.map((calls) => calls.map(({ operation }) => operation).join('')).join('|')} ${JSON.stringify(rows['t'])}`;

test('one session, one operation or one row fewer, largest parts first', () => {
  const all = [...smallerScenarios(scenario, { minSessions: 2, couldStartFrom: () => true })].map(shape);
  expect(all).toEqual([
    'without session s1: c|d [{"id":1},{"id":2}]',
    'without session s2: ab|d [{"id":1},{"id":2}]',
    'without session s3: ab|c [{"id":1},{"id":2}]',
    'without operation 1 of s1 (a): b|c|d [{"id":1},{"id":2}]',
    'without operation 2 of s1 (b): a|c|d [{"id":1},{"id":2}]',
    'without row 1 of t: ab|c|d [{"id":2}]',
    'without row 2 of t: ab|c|d [{"id":1}]',
  ]);
});

test('never fewer sessions than asked for, never a session without an operation, never rows that cannot be', () => {
  const all = [...smallerScenarios(scenario, { minSessions: 3, couldStartFrom: () => false })].map(shape);
  expect(all).toEqual([
    'without operation 1 of s1 (a): b|c|d [{"id":1},{"id":2}]',
    'without operation 2 of s1 (b): a|c|d [{"id":1},{"id":2}]',
  ]);
});
