import { expect, test } from 'vitest';
import type { Scenario } from '../../../src/core/scenario.ts';
import { smallerScenarios } from '../../../src/shrink/smaller.ts';

const call = (operation: string) => ({ operation, args: [] });
const scenario: Scenario = {
  rows: { t: [{ id: 1 }, { id: 2 }] },
  sessions: [[call('a'), call('b')], [call('c')], [call('d')]],
};
const shape = ({ rows, sessions }: Scenario): string =>
  `${sessions.map((calls) => calls.map(({ operation }) => operation).join('')).join('|')} ${JSON.stringify(rows['t'])}`;

test('one session, one operation or one row fewer, largest parts first', () => {
  const all = [...smallerScenarios(scenario, { minSessions: 2, couldStartFrom: () => true })].map(shape);
  expect(all).toEqual([
    'c|d [{"id":1},{"id":2}]',
    'ab|d [{"id":1},{"id":2}]',
    'ab|c [{"id":1},{"id":2}]',
    'b|c|d [{"id":1},{"id":2}]',
    'a|c|d [{"id":1},{"id":2}]',
    'ab|c|d [{"id":2}]',
    'ab|c|d [{"id":1}]',
  ]);
});

test('never fewer sessions than asked for, never a session without an operation, never rows that cannot be', () => {
  const all = [...smallerScenarios(scenario, { minSessions: 3, couldStartFrom: () => false })].map(shape);
  expect(all).toEqual(['b|c|d [{"id":1},{"id":2}]', 'a|c|d [{"id":1},{"id":2}]']);
});
