/**
 * Whether a property could have failed at all. Checks that pass because nothing happened are the worst kind: they look
 * like the others. A check that shows nothing is an error; one that most likely shows little gets a warning.
 */
import { Fault } from '../core/fault.ts';
import type { Interactions, OperationCounts } from '../core/interactions.ts';
import { modelId, type Model } from '../core/model.ts';
import type { Inconclusive, Warning } from '../core/result.ts';
import type { TallyCounts } from '../core/tally-counts.ts';
import {
  alwaysInVainText,
  neverReturnedText,
  noConflictsText,
  nothingOverlappedText,
  nothingSentText,
  singleSessionText,
} from '../report/warning-text.ts';
import type { InteractionTally } from './interaction-tally.ts';

export interface Vacuity {
  readonly warnings: readonly Warning[];
  readonly inconclusive: Inconclusive | undefined;
}

/**
 * Judges a search that found nothing.
 *
 * @param failOnWarnings whether a warning leaves no verdict
 * @param stopped why nothing more was begun, in words; undefined if nothing was left
 * @throws Fault `operation-always-fails` if an operation never returned, and failed with an error that is neither an abort
 *   nor a refusal
 */
export function vacuityOf(
  model: Model,
  tally: InteractionTally,
  failOnWarnings: boolean,
  stopped?: string,
): Vacuity {
  assertOperationsReturn(model, tally.counts);
  if (tally.counts.statements === 0) {
    const detail = nothingSentText(tally.counts.executions, stopped);
    return { warnings: [], inconclusive: { kind: 'vacuous', detail } };
  }
  const warnings = warningsOf(tally.interactions());
  const detail = warnings.map(({ message }) => message).join('; ');
  const fails = failOnWarnings && warnings.length > 0;
  return { warnings, inconclusive: fails ? { kind: 'vacuous', detail } : undefined };
}

function assertOperationsReturn(model: Model, { operations }: TallyCounts): void {
  for (const [name, { returned, refused, aborted, failed, failure }] of operations) {
    if (failure === undefined || returned > 0 || refused > 0) continue;
    const ends =
      aborted === 0
        ? `it failed all ${failed} times`
        : `it failed ${failed} times and was aborted ${aborted} times`;
    throw new Fault(`operation ${name} of ${modelId(model)} never returned: ${ends}`, {
      code: 'operation-always-fails',
      kind: 'usage',
      detail: `${failure.sqlstate === undefined ? failure.name : `SQLSTATE ${failure.sqlstate}`}: ${failure.message}`,
      hint: 'an operation that always fails shows nothing; if the failure is its result, let it return one',
    });
  }
}

export function warningsOf(interactions: Interactions): readonly Warning[] {
  return [...contactWarnings(interactions), ...interactions.operations.flatMap(operationWarnings)];
}

/** At most one warning: each says more than the next. */
function contactWarnings(interactions: Interactions): readonly Warning[] {
  const { concurrent, overlapping, interleavable = 0, statements, operations } = interactions;
  const { conflicts, lockWaits } = interactions;
  if (concurrent === 0) return [{ code: 'single-session', message: singleSessionText }];
  // If conflicts are known, serial schedules were run instead of equivalent ones that overlap.
  if (overlapping === 0 && (conflicts === undefined || interleavable === 0)) {
    const calls = operations.reduce((sum, each) => sum + each.calls, 0);
    return [{ code: 'nothing-overlapped', message: nothingOverlappedText(statements <= calls) }];
  }
  if (conflicts !== undefined && conflicts.pairs === 0 && lockWaits === 0)
    return [{ code: 'no-conflicts', message: noConflictsText }];
  return [];
}

function operationWarnings(counts: OperationCounts): readonly Warning[] {
  const { operation, calls, returned, overlapping, overlappingInVain } = counts;
  if (returned === 0 && calls > 0)
    return [{ code: 'never-returned', operation, message: neverReturnedText(counts) }];
  if (overlapping > 0 && overlappingInVain === overlapping)
    return [{ code: 'every-operation-aborted', operation, message: alwaysInVainText(counts) }];
  return [];
}
