/** The result of a check, however it was made: its verdict follows from what was found. */
import type { CheckResult, Verdict } from '../core/result.ts';

/** What a result always has, and what it has if there was any. */
export type Findings = Pick<CheckResult, 'setting' | 'coverage' | 'seed' | 'remarks' | 'durationMs'> &
  Partial<CheckResult>;

export function checkResult(findings: Omit<Findings, 'verdict'>): CheckResult {
  const { setting, coverage, seed, path, counterexample, inconclusive, witness } = findings;
  const { remarks, warnings, durationMs } = findings;
  return {
    verdict: verdictOf(findings),
    setting,
    coverage,
    seed,
    path,
    counterexample,
    inconclusive,
    witness,
    remarks,
    ...(warnings !== undefined && { warnings }),
    durationMs,
  };
}

function verdictOf({ counterexample, inconclusive }: Partial<CheckResult>): Verdict {
  if (counterexample !== undefined) return 'violated';
  return inconclusive === undefined ? 'holds' : 'inconclusive';
}
