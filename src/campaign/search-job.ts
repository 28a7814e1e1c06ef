/** Has an executor do a search. Code that keeps it busy for ever gives a result without a verdict, and no error. */
import type { Certification } from '../certify/certify.ts';
import type { Progress } from '../check/options.ts';
import type { CheckResult } from '../core/result.ts';
import { StallError, type Executor } from './executor.ts';
import type { HuntAnswer } from '../hunt/answer.ts';
import type { Answers, CertifyJob, CheckJob, HuntJob } from './job.ts';
import { stalledResult } from './unchecked-result.ts';

type OnProgress = (progress: Progress) => void;

/** @throws Fault of the model, or of the executor */
export function runCheck(executor: Executor, job: CheckJob, onProgress?: OnProgress): Promise<CheckResult> {
  return unlessStalled(executor, job, onProgress, (result) => result);
}

/** @throws Fault of the model, or of the executor */
export function runCertify(
  executor: Executor,
  job: CertifyJob,
  onProgress?: OnProgress,
): Promise<Certification> {
  return unlessStalled(executor, job, onProgress, (result) => ({ certificate: undefined, result }));
}

/** @throws Fault of the model, or of the executor */
export function runHunt(executor: Executor, job: HuntJob, onProgress?: OnProgress): Promise<HuntAnswer> {
  const { finds } = job.question;
  return unlessStalled(executor, job, onProgress, (result) => ({ result, failures: [], sights: [], finds }));
}

async function unlessStalled<J extends CheckJob | CertifyJob | HuntJob>(
  executor: Executor,
  job: J,
  onProgress: OnProgress | undefined,
  answerOf: (stalled: CheckResult) => Answers[J['kind']],
): Promise<Answers[J['kind']]> {
  try {
    return await executor.run(job, onProgress);
  } catch (error) {
    if (!(error instanceof StallError)) throw error;
    return answerOf(stalledResult(job, error));
  }
}
