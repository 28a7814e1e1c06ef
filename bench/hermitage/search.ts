/** Fills a column of the matrix: one level on one engine, every scenario of the scopes. */
import { searchAnomalies } from '../../src/search/anomaly-search.ts';
import { Lab } from '../../src/lab/lab.ts';
import { Trial } from '../../src/lab/trial.ts';
import type { Driver, IsolationLevel } from '../../src/index.ts';
import { rows } from './cells.ts';
import { hermitage, scenarioOf, type Transaction } from './model.ts';

export interface Column {
  readonly engine: string;
  readonly isolation: IsolationLevel;
  readonly scenarios: number;
  readonly schedules: number;
  /** Whether everything was run: only then is an anomaly that was not found absent. */
  readonly complete: boolean;
  /** By row: the first scenario that showed it. */
  readonly found: ReadonlyMap<string, readonly Transaction[]>;
}

/** More than any scenario of the scopes has. */
const maxSchedules = 5_000;

export async function searchColumn(
  driver: Driver,
  isolation: IsolationLevel,
  scenarios: readonly (readonly Transaction[])[],
): Promise<Column> {
  const lab = await Lab.open(hermitage, { engine: driver, isolation });
  const found = new Map<string, readonly Transaction[]>();
  let schedules = 0;
  let complete = true;
  try {
    lab.keepAlive(true);
    for (const transactions of scenarios) {
      const search = await searchAnomalies(
        await Trial.on(lab, scenarioOf(transactions)),
        maxSchedules,
        ({ args }, answer) => answer.kind === 'failed' || args[2] === 'rollback',
        (phenomena) => {
          for (const { name, shows } of rows)
            if (!found.has(name) && phenomena.some(shows)) found.set(name, transactions);
        },
      );
      schedules += search.schedules;
      complete &&= search.exhausted;
    }
    return { engine: lab.setting.engine, isolation, scenarios: scenarios.length, schedules, complete, found };
  } finally {
    await lab.close();
  }
}
