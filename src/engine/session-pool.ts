/**
 * A real `pg.Pool` whose clients are leased from the lane's stock: a new connection costs milliseconds, a lease
 * nothing. The pool's own behaviour (its maximum, its queue) stays.
 */
import pg from 'pg';

/** @param max the most connections the pool opens, as in `pg.PoolConfig` */
export function sessionPool(lease: () => pg.Client, max: number): pg.Pool {
  // A constructor may return another object than the one it was called on: the pool gets a leased client.
  const LeasedClient = function leasedClient(): pg.Client {
    return lease();
  };
  // Leased clients are not closed when idle: a timer of ten seconds would only look like work under way.
  return new pg.Pool({ Client: LeasedClient as never, max, idleTimeoutMillis: 0 } as pg.PoolConfig);
}
