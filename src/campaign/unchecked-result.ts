/** The result of a job of which nothing could be searched: reports show every job of a campaign. */
import { checkResult, nothingCovered } from '../core/check-result.ts';
import type { CheckResult, Inconclusive } from '../core/result.ts';
import { stalledText } from '../report/inconclusive-text.ts';
import type { StallError } from './executor.ts';
import type { CertifyJob, CheckJob, HuntJob } from './job.ts';

/** @param durationMs the duration of the attempt, in milliseconds */
export function uncheckedResult(
  { model, engine, options }: CheckJob | CertifyJob | HuntJob,
  inconclusive: Inconclusive,
  durationMs: number = 0,
): CheckResult {
  const driver = engine.engine;
  const { isolation, order = 'session' } = options;
  return checkResult({
    // The engine's version is not known: only the executor knew it.
    setting: { model: model.id, driver, engine: driver, isolation, order, granularity: 'statement' },
    coverage: nothingCovered,
    seed: 'seed' in options ? (options.seed ?? 0) : 0,
    inconclusive,
    durationMs,
  });
}

/** An operation never gave control back, so there is no verdict; the reason is the limit `stall`. */
export function stalledResult(job: CheckJob | CertifyJob | HuntJob, error: StallError): CheckResult {
  const detail = stalledText(error.message);
  const limit = { kind: 'limit', limit: 'stall', detail, scenario: undefined, schedule: undefined } as const;
  return uncheckedResult(job, limit, error.stallMs);
}
