/** A footprint in the making, from the footprints of its step's statements. */
import type { Claims, Footprint, RowLock, RowSet, RowWrite } from '../core/footprint.ts';
import type { StatementFootprint } from './statements.ts';

const noClaims: Claims = { locks: [], writes: [] };

export class Draft {
  opaque = false;
  ranQuery = false;
  readonly reads: RowSet[] = [];
  readonly publishes: RowWrite[] = [];
  snapshot: string | undefined;
  /** Tables that a serializable transaction touched in this step; undefined for other transactions. */
  serializable: Set<string> | undefined;
  endsTransaction = false;
  invokes = false;
  returns = false;
  readonly #locks: RowLock[] = [];
  readonly #writes: RowWrite[] = [];
  readonly #releasedLocks: RowLock[] = [];
  readonly #releasedWrites: RowWrite[] = [];
  readonly #resources = new Set<string>();
  readonly #places = new Set<string>();

  /** @param claims claims that the transaction did not hold before */
  claim(claims: Claims, { writes, resources }: Pick<StatementFootprint, 'writes' | 'resources'>): void {
    this.#locks.push(...claims.locks);
    this.#writes.push(...claims.writes);
    this.resources(resources);
    for (const { table, after } of writes) if (after !== undefined) this.#places.add(table);
  }

  /** Postgres checks again, and claims, that the keys are free. */
  checkKeys(writes: readonly RowWrite[]): void {
    this.#writes.push(...writes);
    for (const { table } of writes) this.reads.push({ table, condition: undefined });
  }

  release({ locks, writes }: Claims): void {
    this.#releasedLocks.push(...locks);
    this.#releasedWrites.push(...writes);
  }

  resources(resources: Iterable<string>): void {
    for (const resource of resources) this.#resources.add(resource);
  }

  footprint(): Footprint {
    return {
      opaque: this.opaque,
      ranQuery: this.ranQuery,
      reads: this.reads,
      snapshot: this.snapshot,
      claims: claimsOf(this.#locks, this.#writes),
      publishes: this.publishes,
      releases: claimsOf(this.#releasedLocks, this.#releasedWrites),
      resources: [...this.#resources],
      places: [...this.#places],
      serializable: this.serializable === undefined ? undefined : [...this.serializable],
      endsTransaction: this.endsTransaction,
      invokes: this.invokes,
      returns: this.returns,
    };
  }
}

function claimsOf(locks: readonly RowLock[], writes: readonly RowWrite[]): Claims {
  return locks.length + writes.length === 0 ? noClaims : { locks, writes };
}
