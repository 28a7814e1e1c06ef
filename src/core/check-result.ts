/** Makes the result of a check: one place decides what the verdict is and what an empty search looks like. */
import type { CheckResult, Coverage } from './result.ts';

/** A result needs these; the rest has defaults: nothing found, no remarks, no time. The verdict follows from them. */
export type Findings = Pick<CheckResult, 'setting' | 'coverage' | 'seed'> &
  Partial<Omit<CheckResult, 'verdict'>>;

/** A counterexample is a violation, whatever else happened; without one, a reason for no verdict is no verdict. */
export function checkResult(found: Findings): CheckResult {
  const { counterexample, inconclusive, warnings } = found;
  const open = inconclusive === undefined ? 'holds' : 'inconclusive';
  return {
    verdict: counterexample === undefined ? open : 'violated',
    setting: found.setting,
    coverage: found.coverage,
    seed: found.seed,
    path: found.path,
    counterexample,
    inconclusive,
    witness: found.witness,
    remarks: found.remarks ?? [],
    ...(warnings !== undefined && { warnings }),
    durationMs: found.durationMs ?? 0,
  };
}

/** The coverage of a search that ran nothing. */
export const nothingCovered: Coverage = {
  scenarios: 0,
  exhaustive: 0,
  schedules: 0,
  learned: 0,
  aborted: 0,
  refused: 0,
  operations: 0,
};
