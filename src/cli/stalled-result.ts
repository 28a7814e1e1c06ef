/** An operation that never gave control back, as a result: there is no verdict, and the reason has a name. */
import type { CheckResult } from '../core/result.ts';
import { uncheckedResult } from './unchecked-result.ts';
import type { Stalled } from './worker/worker.ts';

export function stalledResult(error: Stalled, where: Parameters<typeof uncheckedResult>[0]): CheckResult {
  const detail = `${error.message}: it computes, or loops, without ever awaiting anything. If it needs that long, raise --stall`;
  const limit = { kind: 'limit', limit: 'stall', detail, scenario: undefined, schedule: undefined } as const;
  return uncheckedResult(where, limit, error.stallMs);
}
