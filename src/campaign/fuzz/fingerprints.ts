/**
 * The fingerprint of a failure before it is shrunk says which race it most likely is, and spares shrinking it again. Two races
 * may have one fingerprint, so one failure in four is shrunk all the same.
 */
import { createHash } from 'node:crypto';
import type { Counterexample } from '../../core/result.ts';

export function fingerprintOf({ setting, scenario, violation, explanation }: Counterexample): string {
  const operations = new Set(scenario.sessions.flat().map(({ operation }) => operation));
  const { model, driver, isolation } = setting;
  const anomaly = explanation?.anomaly?.code ?? 'unclassified';
  const parts = [model, driver, isolation, violation.kind, anomaly, ...[...operations].toSorted()];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 10);
}

/** Ids of races by fingerprint; plain data for the state. */
export type FingerprintTable = Readonly<Record<string, readonly string[]>>;

export class Fingerprints {
  readonly #ids: Map<string, Set<string>>;
  /** Of failures that are being shrunk now. */
  readonly #pending = new Set<string>();

  constructor(table: FingerprintTable = {}) {
    this.#ids = new Map(Object.entries(table).map(([print, ids]) => [print, new Set(ids)]));
  }

  /**
   * Whether a failure with this fingerprint is taken for a known race.
   *
   * @param seed of the round: it decides which failures are shrunk all the same
   */
  spares(print: string, seed: string): boolean {
    if (this.#pending.has(print)) return true;
    return this.#ids.has(print) && !looksCloser(seed);
  }

  /** Shrinking begins: other failures with this fingerprint need not be. */
  begin(print: string): void {
    this.#pending.add(print);
  }

  /** @param id of the race that it turned out to be; undefined: that was not found out */
  end(print: string, id: string | undefined): void {
    this.#pending.delete(print);
    if (id === undefined) return;
    const ids = this.#ids.get(print);
    if (ids === undefined) this.#ids.set(print, new Set([id]));
    else ids.add(id);
  }

  get table(): FingerprintTable {
    const entries = [...this.#ids].map(([print, ids]) => [print, [...ids].toSorted()] as const);
    return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Chance by the round's seed, so that the same campaign decides the same. */
function looksCloser(seed: string): boolean {
  return (createHash('sha256').update(seed).digest()[0] ?? 0) < 64;
}
