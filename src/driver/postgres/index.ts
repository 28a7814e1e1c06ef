/** The Postgres driver: a throw-away cluster of our own, or a database of our own on a given server. */
import type { Driver } from '../contract.ts';
import { PostgresDriver } from './driver.ts';
import { resolveOptions } from './options.ts';
import type { PostgresOptions } from './options.ts';

export type { PostgresOptions } from './options.ts';

const drivers = new Map<string, Driver>();

/**
 * A driver for Postgres 12 and newer. Equal options give the same driver, so that a process starts one cluster per
 * configuration, even if many files ask for it. `open()` starts it.
 *
 * @example const database = await postgres().open();
 */
export function postgres(options: PostgresOptions = {}): Driver {
  const resolved = resolveOptions(options);
  // Every resolved object is built with the same key order, so its text can be the key.
  const key = JSON.stringify(resolved);
  let driver = drivers.get(key);
  if (driver === undefined) {
    driver = new PostgresDriver(resolved);
    drivers.set(key, driver);
  }
  return driver;
}
