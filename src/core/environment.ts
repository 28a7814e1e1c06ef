/** An environment is what a model's `setup` has to know of the database that its application is to use. */
import type { ClientConfig } from 'pg';
import type { IsolationLevel } from './isolation.ts';

export interface Environment {
  /**
   * A URL of the lane's own database, as libpq, `pg` and most migration tools read it; undefined on an engine without
   * addresses (PGlite). The server of its own listens on a socket, whose folder is the percent-encoded host.
   */
  readonly DATABASE_URL: string | undefined;
  /** Configuration for `pg` clients and pools that reach the same database, on every engine. */
  readonly config: ClientConfig;
  /** The isolation level at which operations run. */
  readonly isolation: IsolationLevel;
  /** As people name it: `postgres 18.4`, `pglite 0.5.16 (postgres 18.6)`. */
  readonly engine: string;
}
