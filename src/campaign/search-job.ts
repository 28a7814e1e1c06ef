/** Has an executor do a search; code that keeps it busy for ever is a result without a verdict, and no error. */
import type { Certification } from '../certify/certify.ts';
import type { Progress } from '../check/options.ts';
import type { CheckResult } from '../core/result.ts';
import { Stalled, type Executor } from './executor.ts';
import type { CertifyJob, CheckJob } from './job.ts';
import { stalledResult } from './unchecked-result.ts';

type OnProgress = (progress: Progress) => void;

/** @throws Fault of the model, or of the executor */
export async function runCheck(
  executor: Executor,
  job: CheckJob,
  onProgress?: OnProgress,
): Promise<CheckResult> {
  try {
    return await executor.run(job, onProgress);
  } catch (error) {
    if (!(error instanceof Stalled)) throw error;
    return stalledResult(job, error);
  }
}

/** @throws Fault of the model, or of the executor */
export async function runCertify(
  executor: Executor,
  job: CertifyJob,
  onProgress?: OnProgress,
): Promise<Certification> {
  try {
    return await executor.run(job, onProgress);
  } catch (error) {
    if (!(error instanceof Stalled)) throw error;
    return { certificate: undefined, result: stalledResult(job, error) };
  }
}
