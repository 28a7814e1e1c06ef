/** Makes the result of a check: one place decides what the verdict is and what an empty search looks like. */
import type { CheckResult, Counterexample, Coverage, HeldResult, Inconclusive } from './result.ts';

/** A result needs these; the rest has defaults: nothing found, no remarks, no time. The verdict follows from them. */
export type Findings = Pick<CheckResult, 'setting' | 'coverage' | 'seed'> &
  Partial<Omit<HeldResult, 'verdict' | 'counterexample' | 'inconclusive'>> & {
    readonly counterexample?: Counterexample | undefined;
    readonly inconclusive?: Inconclusive | undefined;
  };

/** A counterexample is a violation, whatever else happened; without one, a reason for no verdict is no verdict. */
export function checkResult(found: Findings): CheckResult {
  const { counterexample, inconclusive, options, tally, warnings } = found;
  const facts = {
    setting: found.setting,
    coverage: found.coverage,
    ...(tally !== undefined && { tally }),
    seed: found.seed,
    ...(options !== undefined && { options }),
    path: found.path,
    counterexample: undefined,
    inconclusive: undefined,
    witness: found.witness,
    remarks: found.remarks ?? [],
    ...(warnings !== undefined && { warnings }),
    durationMs: found.durationMs ?? 0,
  };
  if (counterexample !== undefined) return { verdict: 'violated', ...facts, counterexample };
  if (inconclusive !== undefined) return { verdict: 'inconclusive', ...facts, inconclusive };
  return { verdict: 'holds', ...facts };
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
