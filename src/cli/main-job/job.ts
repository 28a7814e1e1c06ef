/**
 * The main job of this repository: all models, all engines, all levels; then a table of verdicts and the story of
 * each race. Two executors share the cells, one for each core of a small machine. The second runs all cells of PGlite,
 * since an instance needs seconds to boot and most of a gigabyte.
 */
import { join } from 'node:path';
import { targetOf, type Cell } from '../../campaign/cells.ts';
import type { Executor } from '../../campaign/executor.ts';
import { saveFailure } from '../../campaign/failures.ts';
import { workThrough } from '../../campaign/queue.ts';
import { runCheck } from '../../campaign/search-job.ts';
import { writeWhole } from '../../campaign/write-whole.ts';
import type { Progress } from '../../check/options.ts';
import type { CheckResult } from '../../core/result.ts';
import { cutShortRemark } from '../../report/remark-text.ts';
import { formatCounterexample } from '../../report/story.ts';
import { describeInconclusive } from '../../report/verdict-line.ts';
import { count } from '../../report/text.ts';
import { findModels, type Command } from '../command.ts';
import { exitCodeOf, exitCodes } from '../exit-code.ts';
import { limitsOf } from '../options/limit-table.ts';
import { filesOf, writeReports } from '../report-formats.ts';
import { watchOf } from '../watch.ts';
import { WriteGuard } from '../write-guard.ts';
import { columnOf, defaultSeed, defaultTimeMs, leastMs, optionsOf, planOf } from './plan.ts';
import { storyOf } from './stories.ts';
import { legend, summaryText, surprises, verdictTable, type Row } from './verdicts.ts';

const executors = 2;
/** The number of the executor that runs PGlite. */
const pgliteExecutor = 1;

/** The executor of a cell, the cell's number among all (`3/148`), and the end of the time. */
interface Work {
  readonly executor: Executor;
  readonly number: string;
  readonly endsAt: number;
}

export async function mainJob(command: Command): Promise<number> {
  const { settings, terminal } = command;
  const startedAt = new Date();
  const started = performance.now();
  const models = await findModels(command);
  const found = new Map<Cell, CheckResult>();
  const writes = new WriteGuard(terminal);
  const cut = new Set<Cell>();
  let first = true;
  const timeMs = settings.time ?? defaultTimeMs;
  const endsAt = started + timeMs;

  const report = (cell: Cell, whole: CheckResult): void => {
    const isCut = performance.now() > endsAt || command.interrupt.caught !== undefined;
    const result = isCut ? { ...whole, remarks: [...whole.remarks, cutShortRemark] } : whole;
    found.set(cell, result);
    if (isCut) cut.add(cell);
    writes.try(() => saveFailure(settings.reports, result, cell.model.file));
    if (result.verdict !== 'violated' || !first) return;
    first = false;
    const story = formatCounterexample(result.counterexample, { ...terminal, modelPath: cell.model.file });
    terminal.out(`The first race, found after ${seconds(started)}:\n\n${story}\n\nLooking for more.\n`);
  };

  const cells = planOf(models);
  const outcomes = await workThrough<Cell, CheckResult>({
    ...watchOf(command),
    items: cells,
    executors: Array.from({ length: executors }, (_, number) => command.crew.executor(number)),
    reservedFor: ({ engine }) => (engine === 'pglite' ? pgliteExecutor : undefined),
    work: async (cell, { executor }) => {
      const number = `${found.size + 1}/${cells.length}`;
      const result = await runCell(command, cell, { executor, number, endsAt });
      report(cell, result);
      return result;
    },
  });

  const rows = models.map((model): Row => {
    const own = [...found].filter(([cell]) => cell.model === model);
    return {
      model,
      results: Object.fromEntries(own.map(([cell, result]) => [columnOf(cell), result])),
      cut: new Set([...cut].filter((cell) => cell.model === model).map(columnOf)),
    };
  });
  const took = seconds(started);
  terminal.out(textOf(rows, terminal, took));
  writes.try(() => writeWhole(join(settings.reports, 'main.txt'), `${textOf(rows, {}, took)}\n`));
  const context = { startedAt: startedAt.toISOString(), modelPathOf: filesOf(models) };
  const files = { json: join(settings.reports, 'main.json'), html: join(settings.reports, 'main.html') };
  for (const wanted of [files, settings])
    writeReports(wanted, [...found.values()], context, (write) => writes.try(write));
  if (performance.now() > endsAt) {
    terminal.out(
      `\nthe time of ${timeMs / 1000} s was over before all was done: the last cells were searched less`,
    );
  }
  terminal.out(`\nwritten to ${join(settings.reports, 'main.txt')}, main.json, main.html and failures/`);
  const faults = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.fault] : []));
  if (faults.length > 0) return exitCodeOf([], faults);
  if (surprises(rows) > 0) return exitCodes.violation;
  return exitCodeOf(
    [...found.values()].filter((result) => result.verdict !== 'violated'),
    [],
    writes.failed,
  );
}

async function runCell(command: Command, cell: Cell, work: Work): Promise<CheckResult> {
  const { settings, terminal } = command;
  const { model, engine, isolation } = cell;
  const title = `${work.number} ${model.id} on ${engine}${engine === 'pglite' ? '' : `, ${isolation}`}`;
  terminal.began(title);
  const target = targetOf(model, engine, settings.server);
  const show = ({ schedules }: Progress): void =>
    terminal.progress(`${title}: ${count(schedules, 'schedule')}`);
  const timeBudgetMs = Math.max(leastMs, work.endsAt - performance.now());
  const options = {
    ...optionsOf(cell, settings.seed ?? defaultSeed),
    timeBudgetMs,
    limits: limitsOf(settings),
  };
  return runCheck(work.executor, { kind: 'check', ...target, options }, show);
}

/** The whole report, for the screen and for a file. */
function textOf(
  rows: readonly Row[],
  look: { readonly width?: number; readonly color?: boolean },
  took: string,
): string {
  const stories = rows.flatMap((row) => storyOf(row, look) ?? []);
  const open = rows
    .flatMap((row) => Object.values(row.results))
    .flatMap((result) =>
      result.verdict === 'inconclusive' ? describeInconclusive(result.inconclusive, look) : [],
    );
  return [verdictTable(rows), legend.join('\n'), ...open, ...stories, summaryText(rows, took)].join('\n\n');
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
