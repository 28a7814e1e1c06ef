/** An anomaly is a named kind of violation, with the levels at which it can occur and the work that defines it. */
import type { IsolationLevel } from '../core/isolation.ts';

export interface Anomaly {
  readonly code: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly definition: string;
  readonly citation: string;
  /** Levels of Postgres at which it can occur between operations that are one transaction each. */
  readonly permittedAt: readonly IsolationLevel[];
}

/** Anomalies by code. Their order has a meaning: from the most specific to the least. */
export type AnomalyTable<Code extends string> = Readonly<Record<Code, Omit<Anomaly, 'code'>>>;

export const everywhere: readonly IsolationLevel[] = ['read committed', 'repeatable read', 'serializable'];

export const adya = 'Adya, "Weak Consistency", MIT 1999';
