/**
 * A footprint is what one step read, locked and wrote, as the database told it. Rows and conditions are numbers:
 * what they stand for, and which row meets which condition, is known to whoever made the footprint.
 */

/** Rows of one table that meet a condition; all of them where `condition` is undefined. */
export interface RowSet {
  readonly table: string;
  readonly condition: number | undefined;
  /** Only which rows there are counts, and not what they hold (a foreign key's check). */
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

/** What is locked until the end of a transaction. */
export interface Claims {
  readonly locks: readonly RowLock[];
  readonly writes: readonly RowWrite[];
}

export interface Footprint {
  /** Nothing is known but that it ran: it depends on everything. */
  readonly opaque: boolean;
  /** It ran a query, if only on a snapshot that was taken before. */
  readonly ranQuery: boolean;
  /** Rows whose committed versions decide what the step does. */
  readonly reads: readonly RowSet[];
  /** The transaction whose snapshot is taken: what is read through it later is decided here. */
  readonly snapshot: string | undefined;
  /** What it asks for, and may have to wait for. */
  readonly claims: Claims;
  /** What becomes visible to others. */
  readonly publishes: readonly RowWrite[];
  /** What others no longer have to wait for. */
  readonly releases: Claims;
  /** Sequences and advisory locks, by name. */
  readonly resources: readonly string[];
  /** Tables that it put row versions into. */
  readonly places: readonly string[];
  /**
   * Tables that it touched as part of a serializable transaction, where conflicts are tracked between transactions and
   * not rows; undefined at other levels.
   */
  readonly serializable: readonly string[] | undefined;
  /** Commits or rolls back (an autocommit statement does, too). */
  readonly endsTransaction: boolean;
  /** An operation began, or ended. */
  readonly invokes: boolean;
  readonly returns: boolean;
}
