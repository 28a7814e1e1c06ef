/** `lockstep check`: every model on every engine at every level that was asked for. */
import { atOnce } from '../campaign/executor.ts';
import { cellsOf, targetOf, type Cell } from '../campaign/cells.ts';
import { saveFailure } from '../campaign/failures.ts';
import type { CheckJob } from '../campaign/job.ts';
import { workThrough, type Outcome } from '../campaign/queue.ts';
import { rerun } from '../campaign/rerun.ts';
import { runCheck } from '../campaign/search-job.ts';
import { helpersFor, timed } from '../campaign/share.ts';
import { uncheckedResult } from '../campaign/unchecked-result.ts';
import type { Progress } from '../check/options.ts';
import type { CheckResult } from '../core/result.ts';
import { formatResult } from '../report/verdict-line.ts';
import { count } from '../report/text.ts';
import { wantedModels } from './changed-since.ts';
import type { Command } from './command.ts';
import { limitsOf } from './options/limit-table.ts';
import { checkOptionsOf } from './options/search-table.ts';
import { exitCodeOf } from './exit-code.ts';
import { filesOf, writeReports } from './report-formats.ts';
import { executorsOf, newsText, titleOf, watchOf } from './watch.ts';
import { WriteGuard } from './write-guard.ts';

export async function checkCommand(command: Command): Promise<number> {
  const { settings, terminal, interrupt } = command;
  const startedAt = new Date();
  const started = performance.now();
  const models = await wantedModels(command);
  const cells = cellsOf(settings, models);
  const seed = settings.seed ?? Math.floor(Math.random() * 2 ** 31);
  const jobs = cells.map((cell) => jobOf(command, cell, seed));
  const executors = await executorsOf(command, jobs.length, models);
  const writes = new WriteGuard(terminal);
  const watch = watchOf(command);
  let saved = 0;
  const outcomes = await workThrough<CheckJob, CheckResult>({
    ...watch,
    items: jobs,
    executors,
    work: async (job, { index, executor, done }) => {
      const { reports, time: totalMs } = settings;
      const spentMs = performance.now() - started;
      const share = { totalMs, spentMs, executors: atOnce(executors), items: jobs.length, done };
      const onNews = (news: Parameters<typeof newsText>[0]): void => terminal.err(newsText(news));
      const known = await rerun(executor, job, { reports, stopped: watch.stopped, onNews });
      const title = titleOf(job, index, jobs.length);
      if (known === undefined) terminal.began(title);
      // Each has an engine of its own, and PGlite in a process takes most of a gigabyte: only on request.
      const unasked = job.engine.engine === 'pglite' && settings.workers === undefined;
      const helpers = unasked ? 0 : helpersFor(settings.workers, jobs.length - done);
      const result =
        known ?? (await runCheck(executor, { ...timed(job, share), helpers }, progressOf(command, title)));
      const begun = result.verdict === 'violated' || result.coverage.schedules > 0;
      if (interrupt.caught !== undefined && !begun) return undefined;
      const save = (): string | undefined => saveFailure(reports, result, job.model.file);
      if (known !== undefined || writes.try(save) !== undefined) saved += 1;
      return result;
    },
    onResult: (result, index) =>
      terminal.out(`${formatResult(result, { ...terminal, modelPath: jobs[index]?.model.file })}\n`),
  });
  const results = outcomes.flatMap((outcome) => (outcome.kind === 'done' ? [outcome.result] : []));
  const faults = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.fault] : []));
  const reported =
    interrupt.caught === undefined ? jobs.map((job, index) => resultOf(job, outcomes[index])) : results;
  const context = { startedAt: startedAt.toISOString(), modelPathOf: filesOf(models) };
  writeReports(settings, reported, context, (write) => writes.try(write));
  terminal.out(summary(results, cells.length, faults.length, performance.now() - started));
  if (saved > 0)
    terminal.out(`failures are saved in ${settings.reports}/failures and run first the next time`);
  return exitCodeOf(results, faults, writes.failed);
}

function jobOf({ settings }: Command, cell: Cell, seed: number | string): CheckJob {
  return {
    kind: 'check',
    ...targetOf(cell.model, cell.engine, settings.server),
    options: {
      ...checkOptionsOf(settings),
      isolation: cell.isolation,
      order: cell.order,
      seed,
      limits: limitsOf(settings),
    },
  };
}

function progressOf({ terminal }: Command, title: string): (progress: Progress) => void {
  return ({ shrinking, scenarios, schedules }) => {
    const what = shrinking ? 'a violation, shrinking' : count(scenarios, 'scenario');
    terminal.progress(`${title}: ${what}, ${count(schedules, 'schedule')}`);
  };
}

/** What is reported of a job: its result, or why there is none. */
function resultOf(job: CheckJob, outcome: Outcome<CheckResult> | undefined): CheckResult {
  if (outcome?.kind === 'done') return outcome.result;
  const { code, message, detail, hint } = outcome?.kind === 'failed' ? outcome.fault : notBegun;
  return uncheckedResult(job, { kind: 'fault', code, message, detail, hint });
}

const notBegun = {
  code: 'not-begun',
  message: 'it was not begun, since others had failed for the same reason',
  detail: undefined,
  hint: undefined,
};

function summary(results: readonly CheckResult[], cells: number, faults: number, durationMs: number): string {
  const of = (verdict: CheckResult['verdict']): number =>
    results.filter((each) => each.verdict === verdict).length;
  const notRun = cells - results.length - faults;
  const schedules = results.reduce((sum, result) => sum + result.coverage.schedules, 0);
  return [
    `${of('holds')} held`,
    `${of('violated')} violated`,
    `${of('inconclusive')} without a verdict`,
    ...(faults > 0 ? [`${faults} could not be checked`] : []),
    ...(notRun > 0 ? [`${notRun} not begun`] : []),
    count(schedules, 'schedule'),
    `${(durationMs / 1000).toFixed(1)} s`,
  ].join(', ');
}
