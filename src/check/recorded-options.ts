/** The options of a check, as its result records them. */
import type { RecordedCheckOptions } from '../core/recorded-options.ts';
import type { CheckOptions, ResolvedOptions } from './options.ts';

/** @param given the options before defaults were filled in */
export function recordedOptions(
  options: ResolvedOptions,
  { numRuns, timeBudgetMs = Infinity }: Pick<CheckOptions, 'numRuns' | 'timeBudgetMs'>,
): RecordedCheckOptions {
  const { maxTotalSchedules, maxSchedulesWithoutNews, path, examples, firstSchedules } = options;
  const { minSessions: min, maxSessions: max, grows } = options;
  const growing = numRuns === undefined;
  return {
    kind: 'check',
    ...(numRuns !== undefined && { numRuns }),
    ...(!(growing && grows.sessions) && { sessions: { min, max } }),
    ...(!(growing && grows.operations) && { maxOperations: options.maxOperations }),
    maxSchedules: options.maxSchedules,
    maxSchedulesPerShrink: options.maxSchedulesPerShrink,
    ...(maxTotalSchedules !== undefined && { maxTotalSchedules }),
    ...(maxSchedulesWithoutNews !== undefined && { maxSchedulesWithoutNews }),
    strategy: options.strategy,
    reduction: options.reduction,
    shrink: options.shrink ?? true,
    certify: options.certify,
    maxSchedulesPerNeighbour: options.maxSchedulesPerNeighbour,
    maxSchedulesToCertify: options.maxSchedulesToCertify,
    failOnWarnings: options.failOnWarnings ?? false,
    ...(path !== undefined && { path }),
    ...(examples !== undefined && { examples }),
    ...(firstSchedules !== undefined && { firstSchedules }),
    ...(Number.isFinite(timeBudgetMs) && { timeBudgetMs }),
    limits: { ...options.limits },
  };
}
