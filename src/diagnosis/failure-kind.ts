/**
 * The kind of a failure. Shrinking keeps to one kind, or it would slip from the bug that was found to another that is
 * easier to show.
 */
import type { AnomalyName } from '../core/explanation.ts';
import type { AnomalyCode } from '../explain/anomalies.ts';
import { unreachable } from '../core/unreachable.ts';
import { nameFailure } from './explain.ts';
import type { Failure } from '../lab/failure.ts';
import type { Lab } from '../lab/lab.ts';
import { Trial } from '../lab/trial.ts';

export interface FailureKind {
  /** Equal keys mean the same kind. */
  readonly key: string;
  readonly anomaly: AnomalyName;
}

/** Names that one bug may get, depending on the schedule and the size of the scenario. */
const families: Partial<Record<AnomalyCode, string>> = {
  G1a: 'inconsistent read',
  G1b: 'inconsistent read',
  G1c: 'inconsistent read',
  OTV: 'inconsistent read',
  P2: 'inconsistent read',
  PMP: 'inconsistent read',
  'G-single': 'inconsistent read',
  stale: 'inconsistent read',
  duplicate: 'decided by what another changed',
  'read-only': 'decided by what another changed',
  'G2-item': 'decided by what another changed',
  G2: 'decided by what another changed',
};

/** Runs the failing schedule once more. */
export async function failureKind(lab: Lab, failure: Failure): Promise<FailureKind> {
  const anomaly = await nameFailure(await Trial.on(lab, failure.scenario), failure);
  return { key: keyOf(failure, anomaly), anomaly };
}

function keyOf({ violation, scenario }: Failure, { code }: AnomalyName): string {
  switch (violation.kind) {
    case 'stuck':
    case 'unawaited':
      return violation.kind;
    case 'invariant':
      return `invariant ${violation.name}`;
    case 'specification': {
      const { session, operation } = violation.where;
      return `specification of ${scenario.sessions[session]?.[operation]?.operation}`;
    }
    case 'abort':
      return `abort ${violation.sqlstate}`;
    case 'not-serializable':
      return [families[code as AnomalyCode] ?? code, ...unexpectedErrors(violation)].join(' ');
    default:
      return unreachable(violation);
  }
}

/** Errors that the nearest serial outcome does not have, each once. */
function unexpectedErrors({
  observed,
  differences,
}: Failure['violation'] & { readonly kind: 'not-serializable' }): readonly string[] {
  const errors = differences.flatMap(({ where }) => {
    if (!('session' in where)) return [];
    const answer = observed.answers[where.session]?.[where.operation];
    return answer?.kind === 'failed' ? [`error ${answer.sqlstate ?? answer.name}`] : [];
  });
  return [...new Set(errors)].sort();
}
