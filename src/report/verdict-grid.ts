/** Verdicts as a grid: a row for each model, a column for each engine and level that was run. */
import type { CheckResult, Coverage, Setting } from '../core/result.ts';

export interface VerdictGrid {
  /** `read committed`, `PGlite`; with the engine before the level if there are several versions of it. */
  readonly columns: readonly string[];
  readonly rows: readonly VerdictRow[];
}

export interface VerdictRow {
  /** `name` or `name/variant`; with the order rule if it is not the usual one. */
  readonly model: string;
  /** By column; several if the same was checked more than once. */
  readonly cells: readonly (readonly CheckResult[])[];
}

const levels: readonly string[] = ['read committed', 'repeatable read', 'serializable'];

export function verdictGrid(results: readonly CheckResult[]): VerdictGrid {
  const servers = results.map(({ setting }) => setting).filter(isServer);
  const engines = new Set(servers.map(engineOf).filter((engine) => engine !== ''));
  const columnOf = (setting: Setting): string => {
    if (!isServer(setting)) return 'PGlite';
    const engine = engineOf(setting);
    return engines.size > 1 && engine !== '' ? `${engine}, ${setting.isolation}` : setting.isolation;
  };
  const rank = (column: string): number => {
    const level = levels.findIndex((name) => column.endsWith(name));
    return level < 0 ? levels.length : level;
  };
  const columns = [...new Set(results.map(({ setting }) => columnOf(setting)))].toSorted(
    (a, b) => rank(a) - rank(b),
  );
  const models = [...new Set(results.map(({ setting }) => rowOf(setting)))].toSorted();
  const rows = models.map((model): VerdictRow => {
    const own = results.filter(({ setting }) => rowOf(setting) === model);
    return {
      model,
      cells: columns.map((column) => own.filter(({ setting }) => columnOf(setting) === column)),
    };
  });
  return { columns, rows };
}

/** `holds 394/all`, `holds 2,004`, `VIOLATED after 7`, `? no verdict`. */
export function verdictText(result: CheckResult, cut: boolean = false): string {
  switch (result.verdict) {
    case 'holds':
      return `holds ${ranText(result.coverage, cut)}`;
    case 'violated':
      return `VIOLATED after ${(result.coverage.schedulesToFirstFailure ?? result.coverage.schedules).toLocaleString('en-US')}`;
    case 'inconclusive':
      return '? no verdict';
  }
}

/** A legend of {@link verdictText}, for the reader of a table. */
export const verdictLegend: readonly (readonly [text: string, meaning: string])[] = [
  ['holds 394/all', 'every schedule of the generated scenarios: 394 were run, the others are equivalent'],
  ['holds 2,004', 'a sample: not every schedule of every scenario was run'],
  ['VIOLATED after 7', 'the 7th schedule that was run had no serial explanation'],
];

/** `37 held, 12 violated, none without a verdict`. */
export function tallyText(results: readonly CheckResult[]): string {
  const of = (verdict: CheckResult['verdict']): number =>
    results.filter((result) => result.verdict === verdict).length;
  return `${of('holds')} held, ${of('violated')} violated, ${of('inconclusive')} without a verdict`;
}

function ranText({ schedules, scenarios, exhaustive }: Coverage, cut: boolean): string {
  return `${schedules.toLocaleString('en-US')}${schedules > 0 && exhaustive >= scenarios && !cut ? '/all' : ''}`;
}

function isServer({ driver }: Setting): boolean {
  return driver !== 'pglite';
}

/** A result without a version of its engine (a stalled one) is in the column of the others. */
function engineOf({ engine, driver }: Setting): string {
  return engine === driver ? '' : engine;
}

function rowOf({ model, order }: Setting): string {
  return order === 'session' ? model : `${model} (${order} order)`;
}
