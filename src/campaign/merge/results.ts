/**
 * The results of shards as those of one run: each race once, and for a setting without a race one result, whose coverage adds
 * up. The order in which they are given makes no difference.
 */
import type { CheckResult, ViolatedResult } from '../../core/result.ts';
import { mergeCoverage, type CoverageParts } from '../../tally/merge-coverage.ts';
import { idOf, identityOf } from '../corpus/identity.ts';
import { compare, sizeOf } from '../corpus/join-entries.ts';

export function joinResults(results: readonly CheckResult[]): readonly CheckResult[] {
  const settings = new Map<string, CheckResult[]>();
  for (const result of results) {
    const { model, engine, isolation, order } = result.setting;
    const key = JSON.stringify([model, engine, isolation, order]);
    settings.set(key, [...(settings.get(key) ?? []), result]);
  }
  return [...settings]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, ofSetting]): readonly CheckResult[] => {
      const races = ofSetting.filter((result) => result.verdict === 'violated');
      return races.length > 0 ? racesOnce(races) : [joinVerdicts(ofSetting)];
    });
}

/** The smallest counterexample of each race. */
function racesOnce(results: readonly ViolatedResult[]): readonly ViolatedResult[] {
  const best = new Map<string, ViolatedResult>();
  for (const result of sorted(results, ({ counterexample }) => sizeOf(counterexample.replay))) {
    const id = idOf(identityOf(result.counterexample));
    if (!best.has(id)) best.set(id, result);
  }
  return [...best].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, result]) => result);
}

/** One missing verdict leaves the whole without one, as in a single run. */
function joinVerdicts(results: readonly CheckResult[]): CheckResult {
  const all = sorted(results, ({ verdict }) => [verdict === 'inconclusive' ? 0 : 1]);
  const [first] = all;
  if (first === undefined) throw new Error('there is no result');
  const parts = all.slice(1).reduce<CoverageParts>(mergeCoverage, first);
  const warnings = first.warnings?.filter((warning) =>
    all.every((each) => each.warnings?.some(({ code, operation }) => isOf(warning, code, operation))),
  );
  return {
    ...first,
    coverage: parts.coverage,
    ...(parts.tally !== undefined && { tally: parts.tally }),
    remarks: [...new Set(all.flatMap(({ remarks }) => remarks))].toSorted(),
    ...(warnings !== undefined && { warnings }),
    durationMs: all.reduce((total, { durationMs }) => total + durationMs, 0),
  };
}

function isOf(
  warning: { readonly code: string; readonly operation?: string | undefined },
  code: string,
  operation: string | undefined,
): boolean {
  return warning.code === code && warning.operation === operation;
}

function sorted<T extends CheckResult>(
  results: readonly T[],
  key: (result: T) => readonly number[],
): readonly T[] {
  const keyed = results.map((result) => {
    const { seed, durationMs, coverage } = result;
    return { result, key: [...key(result), String(seed), durationMs, JSON.stringify(coverage)] };
  });
  return keyed.toSorted((a, b) => compare(a.key, b.key)).map(({ result }) => result);
}
