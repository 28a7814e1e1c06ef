/** The coverage behind a verdict. It says "all schedules" only if every one of them was run. */
import type { Interactions, OverlapCount } from '../core/interactions.ts';
import type { CheckResult, Coverage } from '../core/result.ts';
import type { OrderRule } from '../core/verdict.ts';
import { count, oneLine, unbroken } from './text.ts';

/**
 * `all 14 schedules of 3 scenarios`, `2,000 schedules of 40 scenarios (31 of them completely)`; if equivalent ones were
 * left out, `all schedules of 3 scenarios, by 14 that stand for them`.
 */
export function schedulesText(coverage: Coverage): string {
  const { scenarios, exhaustive, schedules, reduced = 0 } = coverage;
  if (schedules === 0 || scenarios === 0) return 'no schedule was run';
  const of = countsText(coverage);
  if (exhaustive >= scenarios) {
    if (reduced > 0)
      return `all schedules of ${count(scenarios, 'scenario')}, by ${schedules.toLocaleString('en-US')} that stand for them`;
    return schedules === 1 ? `the only schedule of 1 scenario` : `all ${of}`;
  }
  if (exhaustive === 0) return `a sample: ${of} (none of them completely)`;
  return `${of} (${exhaustive.toLocaleString('en-US')} of them completely)`;
}

/** `14 schedules of 3 scenarios`. */
export function countsText({ scenarios, schedules }: Coverage): string {
  return `${count(schedules, 'schedule')} of ${count(scenarios, 'scenario')}`;
}

const orderTexts: Readonly<Record<OrderRule, string>> = {
  session: "any serial order that keeps each session's own",
  'real-time': 'any serial order that keeps real time',
  free: 'any serial order at all',
};

/** Other facts needed to judge a verdict: granularity, order, aborts, seed, and interactions. */
export function coverageTexts(result: CheckResult): readonly string[] {
  const { coverage, setting, seed, path } = result;
  const share = coverage.operations === 0 ? 0 : coverage.aborted / coverage.operations;
  const aborted =
    coverage.aborted === 0
      ? 'none aborted'
      : `${coverage.aborted.toLocaleString('en-US')} aborted (${percent(share)})`;
  const refused = coverage.refused === 0 ? '' : `, ${coverage.refused.toLocaleString('en-US')} refused`;
  return [
    [
      ...duplicatesText(coverage),
      ...newsText(coverage),
      `switches between ${setting.granularity}s, ${orderTexts[setting.order]}`,
      `${count(coverage.operations, 'operation')} run, ${aborted}${refused}, ${coverage.learned.toLocaleString('en-US')} learned alone`,
      unbroken(oneLine(`seed ${seed}${path === undefined ? '' : `, path ${path}`}`)),
      unbroken(durationText(result.durationMs)),
    ].join('; '),
    ...(coverage.interactions === undefined ? [] : [interactionsText(coverage.interactions)]),
  ];
}

/** Only if the search ended for that reason. */
function newsText({ stoppedWithoutNews }: Coverage): readonly string[] {
  if (stoppedWithoutNews === undefined) return [];
  return [
    `no other scenario was begun, since ${count(stoppedWithoutNews, 'schedule')} in a row showed nothing new`,
  ];
}

/** Only if there were duplicates: otherwise every scenario that was drawn was searched. */
function duplicatesText({ drawn = 0, duplicates = 0 }: Coverage): readonly string[] {
  if (duplicates === 0) return [];
  const dropped = duplicates.toLocaleString('en-US');
  return [`${count(drawn, 'scenario')} drawn, ${dropped} dropped as duplicates`];
}

/** Pairs of operations that are listed; the JSON has more of them. */
const shown = 3;

/** `deposit overlapped with deposit in 8 of 12 pairs of calls; 6 lock waits, no deadlocks`. */
function interactionsText({ overlaps, lockWaits, deadlocks, conflicts }: Interactions): string {
  const listed = overlaps.top.slice(0, shown).map(overlapText);
  const more = overlaps.top.length + overlaps.more - listed.length;
  return [
    listed.length === 0 ? 'no operation met another' : listed.join(', '),
    ...(more > 0 ? [`${count(more, 'other pair')} of operations`] : []),
    `${count(lockWaits, 'lock wait')}, ${count(deadlocks, 'deadlock')}`,
    ...(conflicts === undefined
      ? []
      : [
          `${conflicts.bothOrders.toLocaleString('en-US')} of ${count(conflicts.pairs, 'conflicting pair')} of steps seen in both orders`,
        ]),
  ].join('; ');
}

function overlapText({ operations: [one, other], overlapped, pairs }: OverlapCount): string {
  const of = `${overlapped.toLocaleString('en-US')} of ${pairs.toLocaleString('en-US')}`;
  return oneLine(`${one} overlapped with ${one === other ? 'itself' : other} ${of} times`);
}

function percent(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  // A rate above zero is never shown as zero, and a rate below 100% never as 100%.
  if (share > 0 && rounded < 0.1) return '<0.1%';
  return share < 1 && rounded === 100 ? '>99.9%' : `${rounded}%`;
}

function durationText(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 60_000) return `${(Math.floor(durationMs / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(durationMs / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
