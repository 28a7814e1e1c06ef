/** The outcome of a job elsewhere, as data: its answer, or the error in which it ended. */
import { Fault } from '../../core/fault.ts';
import { StallError } from '../executor.ts';
import type { JobOutcome } from './messages.ts';
import { WorkerCrash } from './worker-crash.ts';

export function outcomeOfError(error: unknown): JobOutcome {
  if (error instanceof Fault) {
    const { message, code, kind, detail, hint } = error;
    return { kind: 'fault', fault: { message, code, kind, detail, hint } };
  }
  if (error instanceof StallError) return { kind: 'stalled', last: error.last, stallMs: error.stallMs };
  return { kind: 'crash', text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/**
 * The answer.
 *
 * @param where the worker that did the job, for people; undefined: on this machine
 * @throws Fault, StallError, WorkerCrash as on the worker
 */
export function answerOf(outcome: JobOutcome, where?: string): unknown {
  switch (outcome.kind) {
    case 'answer':
      return outcome.answer;
    case 'fault': {
      const { message, detail, ...rest } = outcome.fault;
      const place = rest.kind === 'engine' && where !== undefined ? `on ${where}` : undefined;
      const details = [place, detail].filter((each) => each !== undefined);
      throw new Fault(message, { ...rest, detail: details.length === 0 ? undefined : details.join(': ') });
    }
    case 'stalled':
      throw new StallError(outcome.last, outcome.stallMs);
    case 'crash':
      throw new WorkerCrash(outcome.text);
  }
}
