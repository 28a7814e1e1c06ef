/** How many executors a campaign uses, and how its time is shared. */
import { availableParallelism } from 'node:os';
import type { CertifyJob, CheckJob } from './job.ts';

/** Each worker process has a database server of its own, which takes memory: more than this only on request. */
const mostUnasked = 8;

/**
 * Executors for this many items. Default: one for each core, since a worker and its server mostly take turns.
 *
 * @param asked how many were asked for; undefined: the default
 */
export function executorsFor(asked: number | undefined, items: number): number {
  return Math.max(1, Math.min(items, asked ?? Math.min(mostUnasked, availableParallelism())));
}

/**
 * Helpers for an item that is about to begin: executors without an item of their own, shared out evenly.
 *
 * @param asked how many executors were asked for; undefined: the default
 * @param left items that are not over, this one included
 */
export function helpersFor(asked: number | undefined, left: number): number {
  return Math.max(0, Math.floor(executorsFor(asked, Infinity) / Math.max(1, left)) - 1);
}

export interface TimeShare {
  /** For all items, in milliseconds; undefined: no limit. */
  readonly totalMs: number | undefined;
  readonly spentMs: number;
  readonly executors: number;
  readonly items: number;
  /** Items that are over. */
  readonly done: number;
}

/** The job with its share of the time as its budget. */
export function timed<J extends CheckJob | CertifyJob>(job: J, share: TimeShare): J {
  return { ...job, options: { ...job.options, timeBudgetMs: shareOf(share) } };
}

/** What one item may take of the time that is left, in milliseconds; undefined without a limit. */
export function shareOf({ totalMs, spentMs, executors, items, done }: TimeShare): number | undefined {
  if (totalMs === undefined) return undefined;
  return Math.max(1, ((totalMs - spentMs) * executors) / Math.max(executors, items - done));
}
