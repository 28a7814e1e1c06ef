/** `lockstep check`: every model on every engine at every level that was asked for. */
import type { CheckResult } from '../core/result.ts';
import { formatResult } from '../report/verdict-line.ts';
import { cellsOf, engineChoice, type Cell } from './cells.ts';
import { findModels, type Command } from './command.ts';
import { limitsOf } from './limit-settings.ts';
import { exitCodeOf } from './exit-code.ts';
import { saveFailure } from './failures.ts';
import { filesOf, writeReports } from './report-formats.ts';
import { rerun } from './rerun.ts';
import { shareOf, sideBySide, type Failed } from './side-by-side.ts';
import { stalledResult } from './stalled-result.ts';
import { count } from '../report/text.ts';
import { uncheckedResult } from './unchecked-result.ts';
import { Stalled } from './worker/worker.ts';
import { Written } from './written.ts';

interface Work {
  /** Which of how many it is, for people. */
  readonly number: string;
  readonly seed: number | string;
  readonly timeBudgetMs: number | undefined;
  readonly worker: number;
}

export async function checkCommand(command: Command): Promise<number> {
  const { settings, terminal, interrupt } = command;
  const startedAt = new Date();
  const started = performance.now();
  const models = await findModels(command);
  const cells = cellsOf(settings, models);
  const seed = settings.seed ?? Math.floor(Math.random() * 2 ** 31);
  /** By cell; empty where it could not be checked. */
  const found: (CheckResult | undefined)[] = [];
  const written = new Written(terminal);
  let [done, told, saved] = [0, 0, 0];
  const tell = (index: number): void => {
    const modelPath = cells[index]?.model.file;
    const result = found[index];
    if (result !== undefined) terminal.out(`${formatResult(result, { ...terminal, modelPath })}\n`);
  };
  const failed = await sideBySide(command, cells, async (cell, index, worker) => {
    const timeBudgetMs = shareOf(settings, performance.now() - started, cells.length, done);
    const number = `${index + 1}/${cells.length}`;
    try {
      const known = await rerun(command, { ...cell, worker });
      const result = known ?? (await search(command, cell, { number, seed, timeBudgetMs, worker }));
      const begun = result.counterexample !== undefined || result.coverage.schedules > 0;
      if (interrupt.caught !== undefined && !begun) return;
      found[index] = result;
      const save = (): string | undefined => saveFailure(settings.reports, result, cell.model.file);
      if (known !== undefined || written.try(save) !== undefined) saved += 1;
    } finally {
      done += 1;
      found[index] ??= undefined;
      // Whichever is done first, they are told in their order.
      for (; told in found; told += 1) tell(told);
    }
  });
  for (; told < found.length; told += 1) tell(told);
  const results = found.filter((result) => result !== undefined);
  const unchecked = interrupt.caught === undefined ? uncheckedOf(cells, found, failed, seed) : [];
  const reported = cells.flatMap((_, index) => found[index] ?? unchecked[index] ?? []);
  const context = { startedAt: startedAt.toISOString(), modelPathOf: filesOf(models) };
  writeReports(settings, reported, context, (write) => written.try(write));
  terminal.out(summary(results, cells.length, failed.length, performance.now() - started));
  if (saved > 0)
    terminal.out(`failures are saved in ${settings.reports}/failures and run first the next time`);
  const faults = failed.map(({ fault }) => fault);
  return exitCodeOf(results, faults, written.missing);
}

async function search(
  { settings, crew, terminal }: Command,
  { model, engine, isolation, order }: Cell,
  { number, seed, timeBudgetMs, worker }: Work,
): Promise<CheckResult> {
  const { sessions, operations, runs, schedules, total, strategy, lanes, path } = settings;
  const { reduction, shrink, failOnWarnings } = settings;
  const title = `${number} ${model.id} on ${engine}, ${isolation}`;
  terminal.began(title);
  try {
    return await crew.ask(
      'check',
      {
        model,
        where: engineChoice(settings, engine),
        order: {
          isolation,
          order,
          sessions,
          maxOperations: operations,
          numRuns: runs,
          maxSchedules: schedules,
          maxTotalSchedules: total,
          strategy,
          lanes,
          seed,
          path,
          reduction,
          shrink,
          failOnWarnings,
          timeBudgetMs,
          limits: limitsOf(settings),
        },
      },
      (progress) => {
        const what = progress.shrinking ? 'a violation, shrinking' : count(progress.scenarios, 'scenario');
        terminal.progress(`${title}: ${what}, ${count(progress.schedules, 'schedule')}`);
      },
      worker,
    );
  } catch (error) {
    if (!(error instanceof Stalled)) throw error;
    return stalledResult(error, { model: model.id, driver: engine, isolation, order, seed });
  }
}

/** By cell: why there is no result of it. */
function uncheckedOf(
  cells: readonly Cell[],
  found: readonly (CheckResult | undefined)[],
  failed: readonly Failed<readonly [number, Cell]>[],
  seed: number | string,
): readonly (CheckResult | undefined)[] {
  const faults = new Map(failed.map(({ item: [index], fault }) => [index, fault]));
  return cells.map(({ model, engine, isolation, order }, index) => {
    if (found[index] !== undefined) return undefined;
    const { code, message, detail, hint } = faults.get(index) ?? notBegun;
    const where = { model: model.id, driver: engine, isolation, order, seed };
    return uncheckedResult(where, { kind: 'fault', code, message, detail, hint });
  });
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
