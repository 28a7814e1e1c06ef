/**
 * What a failure looks like before it is shrunk says which race it most likely is, and spares shrinking it again: a failure
 * of the same kind, in a scenario with all the operations of a race that had that kind. Another race may look the same, so
 * some of them are shrunk all the same, ever fewer.
 */
import { createHash } from 'node:crypto';
import type { FailureLine } from '../../hunt/answer.ts';
import type { Target } from './target.ts';

/** A text for each target and kind of failure. */
export function fingerprintOf({ key }: Target, { kind }: Pick<FailureLine, 'kind'>): string {
  return createHash('sha256').update(`${key}\0${kind}`).digest('hex').slice(0, 10);
}

export interface KnownFailure {
  /** By the id of a race that had this fingerprint: its operations, sorted, with repetition. */
  readonly races: Readonly<Record<string, readonly string[]>>;
  /** Failures since then that looked like one of them. */
  readonly met: number;
}

/** By fingerprint; plain data for the state. */
export type FingerprintTable = Readonly<Record<string, KnownFailure>>;

export class Fingerprints {
  readonly #known: Map<string, KnownFailure>;
  /** Of failures that are being shrunk now. */
  readonly #pending = new Set<string>();

  constructor(table: FingerprintTable = {}) {
    this.#known = new Map(Object.entries(table));
  }

  /**
   * Whether a failure with this fingerprint and these operations is taken for a known race; it is counted as met.
   *
   * @param isKnown whether the race with this id is known to fail: one that was mended, or that somebody removed from the
   *   corpus, is news
   */
  spares(print: string, operations: readonly string[], isKnown: (id: string) => boolean): boolean {
    if (this.#pending.has(print)) return true;
    const known = this.#known.get(print);
    if (known === undefined) return false;
    const alike = Object.entries(known.races).some(
      ([id, race]) => containsAll(operations, race) && isKnown(id),
    );
    if (!alike) return false;
    const met = known.met + 1;
    this.#known.set(print, { ...known, met });
    return !looksCloser(met);
  }

  /** Shrinking begins: other failures with this fingerprint need not be. */
  begin(print: string): void {
    this.#pending.add(print);
  }

  /** @param race that it turned out to be; undefined: that was not found out */
  end(print: string, race?: { readonly id: string; readonly operations: readonly string[] }): void {
    this.#pending.delete(print);
    if (race === undefined) return;
    const { races = {}, met = 0 } = this.#known.get(print) ?? {};
    this.#known.set(print, { races: { ...races, [race.id]: race.operations }, met });
  }

  get table(): FingerprintTable {
    return Object.fromEntries([...this.#known].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** The 4th, the 16th, the 64th ...: a race that hides behind a frequent one is found, and the frequent one costs little. */
function looksCloser(met: number): boolean {
  return met >= 4 && Number.isInteger(Math.log2(met) / 2);
}

/** Whether each of `some` is among `all`, as often as it is in `some`. */
function containsAll(all: readonly string[], some: readonly string[]): boolean {
  const left = [...all];
  return some.every((each) => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}
