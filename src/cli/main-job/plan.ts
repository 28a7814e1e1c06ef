/** The cells of the main job: every model on Postgres at each level and on PGlite, and how long each is searched. */
import { cellsOf, type Cell } from '../../campaign/cells.ts';
import { engineNames, type PlainCheckOptions } from '../../campaign/job.ts';
import type { ModelFacts } from '../../campaign/model-facts.ts';
import { isolationLevels, type IsolationLevel } from '../../core/isolation.ts';
import type { Expectation } from '../../core/model.ts';

/** A column of the table: a level on Postgres, or PGlite, at which all levels are the same. */
export type Column = IsolationLevel | 'pglite';

export const columns: readonly Column[] = [...isolationLevels, 'pglite'];

export function columnOf({ engine, isolation }: Cell): Column {
  return engine === 'pglite' ? engine : isolation;
}

/** The verdict that the model declares for a cell. */
function expectedOf(cell: Cell): Expectation | undefined {
  return cell.model.expected[columnOf(cell)];
}

/**
 * The cells in the order in which they begin: races first, since somebody may be watching, and among them the reported ones
 * at the default level. The cells that matter least come last, in case the time runs out.
 */
export function planOf(models: readonly ModelFacts[]): readonly Cell[] {
  const all = { engine: engineNames, isolation: isolationLevels, order: undefined };
  const rank = (cell: Cell): number => {
    const { kind } = cell.model;
    if (expectedOf(cell) !== 'violated') return kind === 'mended' ? 3 : 4;
    if (columnOf(cell) !== 'read committed') return 2;
    return kind === 'reported' ? 0 : 1;
  };
  return cellsOf(all, models).toSorted((a, b) => rank(a) - rank(b));
}

/** Fixed, so that two runs of the main job do the same. Any other seed finds the same races, sooner or later. */
export const defaultSeed = 2;

/**
 * When this time is over, the cells that are left get `leastMs` each: the main job ends within four minutes on a slow
 * machine too, and the table shows how much was run.
 */
export const defaultTimeMs = 210_000;
export const leastMs = 1_000;

/** Schedules of a mended variant, at most. */
const mostSchedules = 2_000;

/**
 * A search that should find nothing ends after this many schedules in a row that showed nothing new, in breadth and in
 * depth: five times the longest such streak before any declared race of the models (`npm run bench:news` measures it).
 */
const withoutNews = 30;

/**
 * Two sessions of at most two operations: every race of the models needs no more, and their schedules can often
 * be run completely.
 *
 * - A declared race: until it is found.
 * - A mended variant: all schedules of a scenario if there are at most 500, and scenarios until `mostSchedules` were run,
 *   or nothing new comes.
 * - A faulty variant at a level that prevents its race: an eighth of that. The level is Postgres's promise, not the
 *   code's, and 24 cells of the table would otherwise take as long as all the mended ones.
 */
export function optionsOf(cell: Cell, seed: number | string): PlainCheckOptions {
  const common = {
    isolation: cell.isolation,
    order: cell.order,
    seed,
    sessions: 2,
    maxOperations: 2,
    maxSchedules: 500,
    maxSchedulesPerShrink: 100,
  };
  if (expectedOf(cell) === 'violated') return { ...common, numRuns: 100 };
  const held = { ...common, maxSchedulesWithoutNews: withoutNews };
  if (cell.model.kind === 'mended') return { ...held, numRuns: 60, maxTotalSchedules: mostSchedules };
  return { ...held, numRuns: 15, maxTotalSchedules: mostSchedules / 8 };
}
