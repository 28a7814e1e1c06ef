/**
 * An explanation for any counterexample, as large as real ones get: made from its history, for tests of how
 * explanations are shown. It is no true account of the race.
 */
import type { Dependency } from '../../src/core/explanation.ts';
import type { Counterexample } from '../../src/core/result.ts';

export function synthetic(counterexample: Counterexample): Counterexample {
  const released = counterexample.history.flatMap((event) => (event.kind === 'released' ? [event] : []));
  const first = released[0];
  const second = released.findLast(({ session }) => session !== first?.session);
  if (first === undefined || second === undefined) return counterexample;
  const from = { session: first.session, operation: first.operation };
  const to = { session: second.session, operation: second.operation };
  const before = { id: '1000', node_id: '1', metadata: '{"size": 0, "color": 0}' };
  const after = { ...before, metadata: '{"size": 1, "color": 0}' };
  const edge: Dependency = {
    kind: 'rw',
    from,
    to,
    fromStep: first.step,
    toStep: second.step,
    table: 'revisions',
    before,
    after,
    predicate: undefined,
  };
  const back: Dependency = {
    ...edge,
    before: after,
    kind: 'ww',
    from: to,
    to: from,
    fromStep: second.step,
    toStep: first.step,
  };
  return {
    ...counterexample,
    explanation: {
      anomaly: { code: 'P4', name: 'lost update' },
      evidence: [edge, back],
      dependencies: [edge, back, { ...edge, kind: 'wr' }],
      racingPair: {
        first: { session: first.session, step: first.step },
        second: { session: second.session, step: second.step },
      },
    },
  };
}
