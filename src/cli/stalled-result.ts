/** An operation that never gave control back, as a result: there is no verdict, and the reason has a name. */
import type { CheckResult, Setting } from '../core/result.ts';
import type { Stalled } from './worker/worker.ts';

export function stalledResult(
  error: Stalled,
  where: Pick<Setting, 'model' | 'driver' | 'isolation' | 'order'> & { readonly seed: number | string },
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
    inconclusive: {
      kind: 'limit',
      limit: 'stall',
      detail: `${error.message}: it computes, or loops, without ever awaiting anything. If it needs that long, raise --stall`,
      scenario: undefined,
      schedule: undefined,
    },
    witness: undefined,
    remarks: [],
    durationMs: error.stallMs,
  };
}
