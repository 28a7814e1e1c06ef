/** The exit codes, which are all that a shell or a CI job learns from a run. */
import type { Fault } from '../core/fault.ts';
import type { CheckResult } from '../core/result.ts';

export const exitCodes = {
  holds: 0,
  violation: 1,
  usage: 2,
  inconclusive: 3,
  engine: 4,
  /** 128 and the number of the signal, as shells have it. */
  SIGHUP: 129,
  SIGINT: 130,
  SIGPIPE: 141,
  SIGTERM: 143,
} as const;

export function exitCodeOfFault(fault: Pick<Fault, 'kind'>): number {
  return fault.kind === 'usage' ? exitCodes.usage : exitCodes.engine;
}

/**
 * One code for a whole run. Faults come first: if a model could not be checked, "one violation" would say less
 * than happened. A violation comes before a missing verdict, since it is certain, and before an unwritten report, which
 * must not hide it. A pass with an unwritten report is no pass for the readers of that report.
 *
 * @param unwritten reports and failures that could not be written
 */
export function exitCodeOf(
  results: readonly Pick<CheckResult, 'verdict'>[],
  faults: readonly Pick<Fault, 'kind'>[],
  unwritten: number = 0,
): number {
  if (faults.some((fault) => fault.kind === 'engine')) return exitCodes.engine;
  if (faults.length > 0) return exitCodes.usage;
  if (results.some((result) => result.verdict === 'violated')) return exitCodes.violation;
  if (unwritten > 0) return exitCodes.engine;
  if (results.some((result) => result.verdict === 'inconclusive')) return exitCodes.inconclusive;
  return exitCodes.holds;
}
