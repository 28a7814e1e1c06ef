/** A service that has just started opens the store of its rate limiter. */
import { setTimeout } from 'node:timers/promises';
import type { PostgresStore } from 'rate-limit-postgresql-mended';

const config = { host: 'db.example.invalid', port: 5432, user: 'app', password: 'secret', database: 'app' };

/** @param Store the class, of one version or the other */
export async function open(Store: typeof PostgresStore) {
  const store = new Store(config, 'login');
  store.init({ windowMs: 60_000 });
  await setTimeout(2_000); // It migrates its database in the constructor, which gives no promise.
  return store;
}
