/** Whatever a schema is like, states are put back exactly: a race on it is found, and its mend holds. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../../src/check/check.ts';
import type { Driver } from '../../../src/driver/contract.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { Lane } from '../../../src/engine/lane.ts';
import { countersOn, oddSchemas } from '../../support/odd-schemas.ts';

const server = postgres({ startTimeoutMs: 30_002 });
let owner: pg.Client;
const engines: Record<'superuser' | 'plain role', Driver | undefined> = {
  superuser: undefined,
  'plain role': undefined,
};
beforeAll(async () => {
  const config = (await server.open()).clientConfig({ kind: 'admin' });
  owner = new pg.Client(config);
  await owner.connect();
  await owner.query('create role app login createdb');
  const query = new URLSearchParams({ host: String(config.host), port: String(config.port ?? 5432) });
  engines.superuser = server;
  engines['plain role'] = postgres({ server: `postgres://app@/postgres?${query.toString()}` });
});
afterAll(async () => {
  await engines['plain role']?.close();
  await owner.end();
  await server.close();
});

describe.each(['superuser', 'plain role'] as const)('as a %s', (role) => {
  const possible = oddSchemas.filter((odd) => !odd.large && (role === 'superuser' || !odd.superuser));
  test.each(possible)('$name', async (odd) => {
    const { faulty, mended } = countersOn(odd);
    const options = { engine: engines[role]!, seed: 1, sessions: 2, maxOperations: 1, numRuns: 3 };
    const [bad, good] = [await check(faulty, options), await check(mended, options)];
    expect([bad.verdict, bad.inconclusive, good.verdict, good.inconclusive]).toEqual([
      'violated',
      undefined,
      'holds',
      undefined,
    ]);
  });

  test.each(possible)('$name: states are put back time and again, and nothing else changes', async (odd) => {
    const lane = await Lane.open({
      driver: engines[role]!,
      model: countersOn(odd).mended,
      isolation: 'read committed',
    });
    const states = [await lane.states.seed(odd.rows ?? {}), lane.base];
    const admin = new pg.Client(lane.database.clientConfig({ kind: 'admin' }));
    await admin.connect();
    const switches = async (): Promise<unknown> =>
      (
        await admin.query(`select tgname as name, tgenabled::text as enabled from pg_trigger where not tgisinternal
          union all select rulename, ev_enabled::text from pg_rewrite where ev_class >= 16384
          union all select relname, relforcerowsecurity::text from pg_class where oid >= 16384
          union all select conname, condeferrable::text from pg_constraint where oid >= 16384 order by 1, 2`)
      ).rows;
    const before = await switches();
    // Often enough for tables to be truncated in between.
    for (let round = 0; round < 60; round += 1) {
      const wanted = states[round % 2]!;
      await lane.tables.load(wanted);
      lane.tables.forget();
      expect(await lane.tables.dump()).toEqual(wanted);
    }
    expect(await switches()).toEqual(before);
    await admin.end();
    await lane.close();
  });
});
