/** A client of `pg` takes one query at a time: more than that is deprecated, and an error in its next version. */
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { postgres } from '../../../../src/driver/postgres/index.ts';

const driver = postgres();
const real = Reflect.get(pg.Client.prototype, 'query') as pg.Client['query'];
afterAll(async () => {
  pg.Client.prototype.query = real;
  await driver.close();
});

test('databases that are dropped at once ask the server one after another', async () => {
  const databases = [];
  for (let number = 0; number < 4; number += 1) databases.push(await driver.open());
  const inFlight = new Map<pg.Client, number>();
  let most = 0;
  let asked = 0;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const answer = (real as (...all: unknown[]) => unknown).apply(this, args);
    if (!(answer instanceof Promise)) return answer;
    asked += 1;
    inFlight.set(this, (inFlight.get(this) ?? 0) + 1);
    most = Math.max(most, inFlight.get(this) ?? 0);
    const done = (): void => void inFlight.set(this, (inFlight.get(this) ?? 0) - 1);
    answer.then(done, done);
    return answer;
  } as typeof real;
  await Promise.all(databases.map((database) => database.drop()));
  expect(asked).toBeGreaterThan(databases.length);
  expect(most).toBe(1);
});
