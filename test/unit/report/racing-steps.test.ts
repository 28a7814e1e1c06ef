import { expect, test } from 'vitest';
import type { Dependency } from '../../../src/core/explanation.ts';
import { racingSteps } from '../../../src/report/racing-steps.ts';
import { done, lostUpdate, HistoryBuilder } from './build.ts';

const [s1, s2] = [{ session: 0, operation: 0 }, { session: 1, operation: 0 }]; // prettier-ignore
const missed: Dependency = {
  kind: 'rw',
  from: s2,
  to: s1,
  fromStep: 0,
  toStep: 2,
  table: 'accounts',
  predicate: undefined,
  before: undefined,
  after: undefined,
};
const racing = (
  history: HistoryBuilder,
  first: number,
  second: number,
  evidence: readonly Dependency[] = [missed],
) =>
  racingSteps({
    history: history.history,
    explanation: {
      anomaly: { code: 'P4', name: 'lost update' },
      evidence,
      dependencies: evidence,
      racingPair: { first: { session: 1, step: first }, second: { session: 0, step: second } },
    },
  });
const twoTransactions = new HistoryBuilder()
  .step(2, 'select', [], undefined)
  .step(1, 'select')
  .step(1, 'update')
  .step(1, 'commit', [], done('COMMIT'));

test('the write stands for the COMMIT that published it', () => {
  expect(racing(twoTransactions, 0, 3)).toEqual({
    first: { session: 1, step: 0, end: undefined },
    second: { session: 0, step: 2, end: 3 },
  });
});

test('a pair that ends no transaction stays as it is', () => {
  expect(racing(twoTransactions, 0, 2)?.second).toEqual({ session: 0, step: 2, end: undefined });
});

test('a COMMIT stays if no evidence shows what its transaction wrote', () => {
  expect(racing(twoTransactions, 0, 3, [])?.second).toEqual({ session: 0, step: 3, end: undefined });
  const later = new HistoryBuilder().step(2, 'select').step(1, 'commit').step(1, 'update').step(1, 'commit');
  expect(racing(later, 0, 1)?.second).toEqual({ session: 0, step: 1, end: undefined });
});

test('without a pair there is none', () => {
  const { history, explanation } = { ...lostUpdate, explanation: undefined };
  expect(racingSteps({ history, explanation })).toBeUndefined();
});
