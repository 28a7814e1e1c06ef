/** A cell without a verdict because nothing could be searched, as a result: reports show every cell that was asked for. */
import type { CheckResult, Inconclusive, Setting } from '../core/result.ts';

export function uncheckedResult(
  where: Pick<Setting, 'model' | 'driver' | 'isolation' | 'order'> & { readonly seed: number | string },
  inconclusive: Inconclusive,
  durationMs: number = 0,
): CheckResult {
  const { seed, ...setting } = where;
  return {
    verdict: 'inconclusive',
    // Its version is not known here: whoever knew it is gone.
    setting: { ...setting, engine: where.driver, granularity: 'statement' },
    coverage: {
      scenarios: 0,
      exhaustive: 0,
      schedules: 0,
      learned: 0,
      aborted: 0,
      refused: 0,
      operations: 0,
    },
    seed,
    path: undefined,
    counterexample: undefined,
    inconclusive,
    witness: undefined,
    remarks: [],
    durationMs,
  };
}
