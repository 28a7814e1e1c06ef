/** The coverage of several searches of one model adds up: of the jobs of a campaign, or of checks with different seeds. */
import type { CheckResult, Coverage } from '../core/result.ts';
import { InteractionTally } from './interaction-tally.ts';

/** The parts of a result that add up with those of another one. A result that was read from a file has no tally. */
export type CoverageParts = Pick<CheckResult, 'coverage' | 'tally'>;

/**
 * Returns the coverage of both together. Order and grouping make no difference, and a search that ran nothing changes
 * nothing. Lists of the largest are made again from all counts; if both parts ran operations and one has no tally,
 * `interactions` is undefined, since such lists do not add up. A scenario that both searched counts twice.
 */
export function mergeCoverage(a: CoverageParts, b: CoverageParts): CoverageParts {
  const [one, other] = [a.coverage, b.coverage];
  const coverage: Coverage = {
    drawn: combined(one.drawn, other.drawn, sum),
    duplicates: combined(one.duplicates, other.duplicates, sum),
    scenarios: one.scenarios + other.scenarios,
    exhaustive: one.exhaustive + other.exhaustive,
    reduced: combined(one.reduced, other.reduced, sum),
    classes: combined(one.classes, other.classes, sum),
    schedules: one.schedules + other.schedules,
    // Of the part that needed fewer: parts may run side by side, so neither is the first.
    schedulesToFirstFailure: combined(one.schedulesToFirstFailure, other.schedulesToFirstFailure, Math.min),
    stoppedWithoutNews: combined(one.stoppedWithoutNews, other.stoppedWithoutNews, Math.max),
    learned: one.learned + other.learned,
    aborted: one.aborted + other.aborted,
    refused: one.refused + other.refused,
    operations: one.operations + other.operations,
  };
  if (a.tally === undefined || b.tally === undefined) {
    const known = [a, b].filter((part) => part.tally !== undefined || part.coverage.operations > 0);
    const [only, second] = known;
    if (only === undefined || second !== undefined) return { coverage };
    return { coverage: { ...coverage, interactions: only.coverage.interactions }, tally: only.tally };
  }
  const tally = new InteractionTally();
  tally.merge(a.tally);
  tally.merge(b.tally);
  return { coverage: { ...coverage, interactions: tally.interactions() }, tally: tally.counts };
}

function sum(a: number, b: number): number {
  return a + b;
}

function combined(
  a: number | undefined,
  b: number | undefined,
  of: (a: number, b: number) => number,
): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : of(a, b);
}
