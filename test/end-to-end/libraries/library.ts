/** The same operations in each library, written as an application writes them. */
import type { Pool } from 'pg';

/** Each makes the library's object from a pool, and closes it when the request is over if the library asks for that. */
export interface Library {
  readonly name: string;
  /** Reads a balance, adds to it in the process, writes it; in a transaction of the library's. */
  lostUpdate(pool: Pool, amount: number): Promise<number>;
  /** The same, with the row locked while it is read. */
  locked(pool: Pool, amount: number): Promise<number>;
}
