/** The table of anomalies, from the most specific to the least: the first one whose evidence is there gives the name. */
import type { Anomaly, AnomalyTable } from './anomaly.ts';
import { dependencyAnomalies, type DependencyAnomalyCode } from './dependency-anomalies.ts';
import {
  outrightAnomalies,
  remainingAnomalies,
  type OutrightAnomalyCode,
  type RemainingAnomalyCode,
} from './outcome-anomalies.ts';

export type AnomalyCode = OutrightAnomalyCode | DependencyAnomalyCode | RemainingAnomalyCode;

const table: AnomalyTable<AnomalyCode> = {
  ...outrightAnomalies,
  ...dependencyAnomalies,
  ...remainingAnomalies,
};

/** From the most specific to the least. */
export const anomalies: readonly (Anomaly & { readonly code: AnomalyCode })[] = (
  Object.keys(table) as AnomalyCode[]
).map((code) => ({ code, ...table[code] }));

export function anomaly(code: AnomalyCode): Anomaly {
  return { code, ...table[code] };
}
