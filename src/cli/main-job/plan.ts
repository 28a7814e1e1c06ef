/** What the main job runs: every model on Postgres at each level and on PGlite, and how long each is searched. */
import { isolationLevels, type IsolationLevel } from '../../core/isolation.ts';
import type { Expectation } from '../../core/model.ts';
import type { EngineName } from '../values.ts';
import type { CheckOrder, ModelFacts } from '../worker/messages.ts';

/** A column of the table: a level on Postgres, or PGlite, where all levels are the same. */
export type Column = IsolationLevel | 'pglite';

export const columns: readonly Column[] = [...isolationLevels, 'pglite'];

/** One cell of the table. */
export interface Cell {
  readonly model: ModelFacts;
  readonly column: Column;
  readonly engine: EngineName;
  readonly isolation: IsolationLevel;
  /** What the model declares. */
  readonly expected: Expectation | undefined;
}

/**
 * In the order in which they are begun: races first, since somebody may be watching, and among them the reported
 * ones at the default level.
 */
export function cellsOf(models: readonly ModelFacts[]): readonly Cell[] {
  const cells = models.flatMap((model) =>
    columns.map((column): Cell => {
      const [engine, isolation]: readonly [EngineName, IsolationLevel] =
        column === 'pglite' ? ['pglite', 'read committed'] : ['postgres', column];
      return { model, column, engine, isolation, expected: model.expected[column] };
    }),
  );
  const rank = ({ expected, model, column }: Cell): number => {
    if (expected !== 'violated') return 3;
    if (column !== 'read committed') return 2;
    return model.kind === 'reported' ? 0 : 1;
  };
  return cells.toSorted((a, b) => rank(a) - rank(b));
}

/** Fixed, so that two runs of the main job do the same. Any other finds the same races, sooner or later. */
export const defaultSeed = 2;

/**
 * Two sessions of at most two operations: every race of the models needs no more, and their schedules can often
 * be run completely. Where the code should hold: all schedules of a scenario if there are at most 500, and scenarios
 * until 2,000 schedules were run or there are 50 scenarios. Where a race is expected it is found long before that.
 */
export function orderOf(cell: Cell, seed: number | string): CheckOrder {
  return {
    isolation: cell.isolation,
    seed,
    sessions: 2,
    maxOperations: 2,
    numRuns: cell.expected === 'violated' ? 100 : 50,
    maxSchedules: 500,
    maxSchedulesPerShrink: 100,
    maxTotalSchedules: cell.expected === 'violated' ? 4_000 : 2_000,
  };
}
