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
    first: { session: 1, step: 0, committed: undefined },
    second: { session: 0, step: 2, committed: 3 },
  });
});

test('a pair that commits nothing stays as it is', () => {
  expect(racing(twoTransactions, 0, 2)?.second).toEqual({ session: 0, step: 2, committed: undefined });
});

test('a COMMIT stays if no evidence shows what its transaction wrote', () => {
  expect(racing(twoTransactions, 0, 3, [])?.second).toEqual({ session: 0, step: 3, committed: undefined });
  const later = new HistoryBuilder().step(2, 'select').step(1, 'commit').step(1, 'update').step(1, 'commit');
  expect(racing(later, 0, 1)?.second).toEqual({ session: 0, step: 1, committed: undefined });
});

test('a ROLLBACK published nothing, and so did a COMMIT that was answered by one', () => {
  const ending = (text: string, command: string) =>
    new HistoryBuilder()
      .step(2, 'select')
      .step(1, 'select')
      .step(1, 'update')
      .step(1, text, [], done(command));
  expect(racing(ending('rollback', 'ROLLBACK'), 0, 3)?.second).toMatchObject({
    step: 3,
    committed: undefined,
  });
  expect(racing(ending('commit', 'ROLLBACK'), 0, 3)?.second).toMatchObject({ step: 3, committed: undefined });
  expect(racing(ending('commit', 'COMMIT'), 0, 3)?.second).toMatchObject({ step: 2, committed: 3 });
});

test('a write on another connection of the session is not of the transaction', () => {
  const twoConnections = new HistoryBuilder()
    .step(2, 'select')
    .step(1, 'select', [], undefined, 1)
    .step(1, 'update', [], undefined, 2)
    .step(1, 'commit', [], done('COMMIT'), 1);
  expect(racing(twoConnections, 0, 3)?.second).toMatchObject({ step: 3, committed: undefined });
});

test('without a pair there is none', () => {
  const { history, explanation } = { ...lostUpdate, explanation: undefined };
  expect(racingSteps({ history, explanation })).toBeUndefined();
});
