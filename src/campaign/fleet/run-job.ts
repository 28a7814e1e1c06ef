/** Runs a job from the queue on an executor of this machine. Whatever becomes of it is an outcome. */
import type { Progress } from '../../check/options.ts';
import type { Executor } from '../executor.ts';
import { jobIn, type Envelope } from './envelope.ts';
import { outcomeOfError } from '../worker/outcome.ts';
import type { JobOutcome } from '../worker/messages.ts';

/** Between two reports of a job's progress. */
const progressEveryMs = 2_000;

export async function runJob(
  executor: Executor,
  envelope: Envelope,
  server: string | undefined,
  onProgress: (progress: Progress) => void,
): Promise<JobOutcome> {
  let reportedAt = -Infinity;
  const now = (progress: Progress): void => {
    if (performance.now() - reportedAt < progressEveryMs) return;
    reportedAt = performance.now();
    onProgress(progress);
  };
  try {
    return { kind: 'answer', answer: await executor.run(jobIn(envelope, server), now) };
  } catch (error) {
    return outcomeOfError(error);
  }
}
