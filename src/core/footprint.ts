/**
 * A footprint is what one step read, locked and wrote, as the database reported it. Rows and conditions are numbers;
 * their contents, and which row meets which condition, are known to the maker of the footprint.
 */

/** Rows of one table that meet a condition; all of them if `condition` is undefined. */
export interface RowSet {
  readonly table: string;
  readonly condition: number | undefined;
  /** Only the existence of the rows counts, not their contents (a foreign key's check). */
  readonly presence?: true;
}

/** Row locks from weak to strong (Postgres manual, section 13.3.2). */
export type LockStrength = 'key share' | 'share' | 'no key update' | 'update';

export interface RowLock extends RowSet {
  readonly strength: LockStrength;
}

/** A row that was inserted (`after` only), deleted (`before` only) or updated. */
export interface RowWrite {
  readonly table: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Locks held until the end of a transaction. */
export interface Claims {
  readonly locks: readonly RowLock[];
  readonly writes: readonly RowWrite[];
}

export interface Footprint {
  /** Nothing is known except that it ran, so it depends on everything. */
  readonly opaque: boolean;
  /** It ran a query, even if only on an earlier snapshot. */
  readonly ranQuery: boolean;
  /** Rows whose committed versions decide what the step does. */
  readonly reads: readonly RowSet[];
  /** The transaction whose snapshot it takes, which decides what later reads through it see. */
  readonly snapshot: string | undefined;
  /** Locks that it asks for, and may have to wait for. */
  readonly claims: Claims;
  /** Writes that become visible to others. */
  readonly publishes: readonly RowWrite[];
  /** Locks for which others no longer have to wait. */
  readonly releases: Claims;
  /** Sequences and advisory locks, by name. */
  readonly resources: readonly string[];
  /** Tables into which it put row versions. */
  readonly places: readonly string[];
  /**
   * Tables that it touched in a serializable transaction, whose conflicts Postgres tracks between transactions and not
   * rows; undefined at other levels.
   */
  readonly serializable: readonly string[] | undefined;
  /** Commits or rolls back (an autocommit statement does too). */
  readonly endsTransaction: boolean;
  /** An operation began, or ended. */
  readonly invokes: boolean;
  readonly returns: boolean;
}
