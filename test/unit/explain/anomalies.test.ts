/** The order of the table decides which of several proved names is given, so it is pinned. */
import { expect, it } from 'vitest';
import { anomalies, anomaly } from '../../../src/explain/anomalies.ts';
import { dependencyAnomalies } from '../../../src/explain/dependency-anomalies.ts';
import { outrightAnomalies, remainingAnomalies } from '../../../src/explain/outcome-anomalies.ts';

it('goes from the most specific to the least', () => {
  expect(anomalies.map(({ code }) => code).join(' ')).toBe(
    'stuck abort specification unawaited partial-effect swallowed-abort lock-refused catalogue-race ' +
      'constraint-error G1a P4 G0 G1b G1c OTV duplicate P2 PMP G-single read-only G2-item G2 stale missed-row ' +
      'lock-skipped try-lock-refused row-order invariant',
  );
});

it('has each code and each name once', () => {
  const tables = [outrightAnomalies, dependencyAnomalies, remainingAnomalies];
  expect(tables.flatMap((table) => Object.keys(table))).toHaveLength(anomalies.length);
  expect(new Set(anomalies.map(({ name }) => name)).size).toBe(anomalies.length);
});

it('finds an entry by its code, and defines it in sentences', () => {
  for (const entry of anomalies) {
    expect(anomaly(entry.code)).toEqual(entry);
    expect(entry.definition).toMatch(/^[A-Z].*\.$/);
    expect(entry.citation).not.toBe('');
  }
});
