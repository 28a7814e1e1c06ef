/** A remnant is what an operation leaves behind besides rows: something that a clean connection does not have. */
export interface Remnant {
  readonly kind:
    | 'open transaction'
    | 'advisory lock'
    | 'temporary table'
    | 'setting'
    | 'channel'
    | 'prepared statement'
    | 'open cursor'
    | 'prepared transaction'
    /** A row version (`xmin`) that the session remembers. */
    | 'transaction id';
  /** As the database knows them; empty if they have none. */
  readonly names: readonly string[];
  /** Whether other sessions notice it (they wait, or are refused), and not only later operations of the same session. */
  readonly shared: boolean;
}
