/**
 * Locks of every kind: how long each is held is known to the reduction, or it does not reduce. By case, and at random
 * (`npx tsx -C pg-lockstep-source bench/sound.ts` compares many more).
 */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Lab } from '../../src/lab/lab.ts';
import { isolationLevels } from '../../src/core/isolation.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { Observer } from '../../src/footprint/observer.ts';
import { lockCode, lockScenario, type Section } from '../support/lock-code.ts';
import { compareSearches } from '../support/searches.ts';

const engine = postgres();
afterAll(() => engine.close());

const read = 'select count(*)::int as n from log';
const write = (who: number): string => `insert into log values (1, ${who}, 0)`;
const update = 'update item set n = n * 2 where id = 1';
const lock = 'select pg_advisory_lock(1)';
const unlock = 'select pg_advisory_unlock(1)';

const section = (lines: readonly string[], gives: readonly string[] = []): Section => ({
  kind: '',
  lines,
  gives,
});
/** Reads and writes under a session's lock. */
const job = (who: number, take = lock, give = unlock): Section => section([take, read, write(who)], [give]);
const reader = (take = lock, give = unlock): Section => section([take, read], [give]);
const writer = (who: number): Section => section([lock, write(who)], [unlock]);
const transaction = (...lines: readonly string[]): Section => section(['begin', ...lines, 'commit']);

const savepoint = (...lines: readonly string[]): readonly string[] => [
  'savepoint s',
  ...lines,
  'rollback to s',
];
const rowLock = 'select n from item where id = 1 for update';
const xactLock = 'select pg_advisory_xact_lock(1)';
const xactJob = (who: number): Section => transaction(xactLock, read, write(who));

/** How many classes of equivalent schedules there are, and schedules run: a lock that is known for what it is leaves few. */
const cases: readonly (readonly [string, classes: number, runs: number, ...(readonly Section[])[]])[] = [
  ['a session lock', 2, 2, [job(1)], [job(2)]],
  ['with a key of two integers', 2, 2, [job(1, 'select pg_advisory_lock(1, 2)', 'select pg_advisory_unlock(1, 2)')], [job(2, 'select pg_advisory_lock(1, 2)', 'select pg_advisory_unlock(1, 2)')]],
  ['called in FROM', 2, 2, [job(1, 'select * from pg_advisory_lock(1)', 'select * from pg_advisory_unlock(1)')], [job(2)]],
  ['with a key out of a row', 3, 4, [job(1, 'select pg_advisory_lock(id) from item where id = 1')], [job(2)]],
  ['two keys that do not meet', 1, 1, [reader()], [reader('select pg_advisory_lock(2)', 'select pg_advisory_unlock(2)')]],
  ['around a write that is read elsewhere', 2, 2, [reader()], [writer(2)]],
  ['shared by readers', 2, 2, [reader('select pg_advisory_lock_shared(1)', 'select pg_advisory_unlock_shared(1)')], [writer(2)]],
  ['inside another one', 3, 3, [section(['select pg_advisory_lock(2)', read, lock, read], [unlock, 'select pg_advisory_unlock(2)'])], [writer(2)]],
  ['tried', 3, 3, [{ ...job(1), lines: [read, write(1)], tries: 'select pg_try_advisory_lock(1) as got' }], [job(2)]],
  ['tried, and taken after that', 4, 4, [section(['select pg_try_advisory_lock(1)', read, lock, read], ['select pg_advisory_unlock_all()'])], [writer(2)]],
  ['tried in vain, and taken after that', 10, 10, [section(['select pg_try_advisory_lock(1)', read, lock, read], ['select pg_advisory_unlock_all()'])], [writer(2), writer(2)]],
  ['taken only by chance', 6, 6, [section(['select pg_advisory_lock(1) from item where id = 1 and n > 5', read, lock, read], [unlock])], [writer(2)]],
  ['taken in a function', 5, 6, [job(1, 'select take(1)')], [job(2)]],
  ['given back in a function', 3, 3, [job(1, lock, 'select give(1)')], [job(2)]],
  ['given back in a function, and taken again', 6, 6, [section([lock, 'select give(1)', read, lock, read], [unlock])], [writer(2)]],
  ['all given back', 2, 2, [job(1, lock, 'select pg_advisory_unlock_all()')], [job(2)]],
  ['taken twice, all given back, taken again', 4, 4, [section([lock, lock, 'select pg_advisory_unlock_all()', read, lock, read], [unlock])], [writer(2)]],
  ['taken in a list of values', 3, 4, [job(1, 'select * from (values (pg_advisory_lock(1)), (null)) v')], [job(2)]],
  ['taken twice, given back twice', 2, 2, [section([lock, lock, read, write(1), unlock], [unlock])], [job(2)]],
  ['taken in a transaction that ends before it is given back', 2, 2, [section(['begin', lock, read, 'commit', write(1)], [unlock])], [job(2)]],
  ['two sections, and who comes between', 3, 3, [reader(), reader()], [writer(2)]],
  ['three jobs', 6, 6, [reader()], [writer(2)], [writer(3)]],
  ['two locks in one statement, and what it sees between them', 27, 27, [transaction(lock, unlock)], [section(['select pg_advisory_lock(2)', write(2)], ['select pg_advisory_unlock(2)'])], [section(['select pg_advisory_lock(1), counted() as n, pg_advisory_lock(2)'])]],
  ["a transaction's lock, taken in a function", 6, 6, [transaction('select hold(1)', read, write(1))], [xactJob(2)]],
  ["a transaction's lock, in two transactions", 3, 3, [transaction(xactLock, read), transaction(xactLock, read)], [transaction(xactLock, write(2))]],
  ["a transaction's lock, given back to a savepoint and taken again", 4, 4, [transaction(...savepoint(xactLock), read, xactLock, read)], [transaction(xactLock, write(2))]],
  ['a row, given back to a savepoint and taken again', 4, 4, [transaction(...savepoint(rowLock), read, rowLock)], [transaction(rowLock, write(2))]],
  ['a row, given back to a savepoint and taken again, and tried meanwhile', 7, 7, [transaction(...savepoint(rowLock, read), rowLock, read)], [transaction(`${rowLock} nowait`, write(2))]],
  ['a table, in a mode that keeps writers out', 3, 3, [transaction('lock table item in share mode', 'select n from item where id = 1')], [section([update])]],
  ['a table, in a mode that keeps all others out', 5, 5, [transaction('lock table item in exclusive mode', 'select n from item where id = 1', write(1))], [transaction(update, read)]],
  ['a row that may not have been there', 5, 5, [transaction('delete from item where id = 1', 'select count(*)::int as n from (select 1 from item where id = 1 for update) as locked', 'insert into item values (1, 9, null)')], [section([update])]],
  ['an exclusion constraint', 4, 4, [transaction('insert into slot values (1, int4range(1, 3))')], [transaction('insert into slot values (2, int4range(2, 4))')]],
  ['a deferred unique key', 6, 6, [transaction('insert into late values (3, 1, null)')], [transaction('update late set k = k + 1')]],
  ['a deferred foreign key', 4, 4, [transaction('insert into late values (3, null, 1)')], [transaction('delete from item where id = 1')]],
  ['a sequence in a list of values', 2, 2, [section(["insert into log values (1, 1, nextval('number')), (1, 1, 0)"])], [section(["insert into log values (1, 2, nextval('number')), (1, 2, 0)"])]],
]; // prettier-ignore

const scenarioOf = (sessions: readonly (readonly Section[])[]): Scenario => ({
  rows: lockCode.rows as Scenario['rows'],
  sessions: sessions.map((sections) => [{ operation: 'run', args: [sections] }]),
});

describe('the reduced search finds what there is to find', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.open(lockCode, { engine, isolation: 'read committed' });
  });
  afterAll(() => lab.close());
  afterEach(() => vi.restoreAllMocks());
  const limits = { maxSchedules: 2_000, sample: 0, maxReduced: 2_000 };
  const byName = cases.map(([name, classes, runs, ...sessions]) => ({ name, classes, runs, sessions }));

  it.each(byName)('$name', async ({ classes, runs, sessions }) => {
    const compared = await compareSearches(lab, scenarioOf(sessions), limits);
    expect(compared?.all.exhausted).toBe(true);
    expect(compared?.missed).toEqual([]);
    expect(compared?.distrusting).toBe(false);
    expect([compared?.classes, compared?.reduced.runs]).toEqual([classes, runs]);
  });

  it('or all schedules are run: when it is not known who holds the lock', async () => {
    const observe = Reflect.get(Observer.prototype, 'observe') as Observer['observe'];
    vi.spyOn(Observer.prototype, 'observe').mockImplementation(async function (this: Observer, execution) {
      return { ...(await observe.call(this, execution)), instead: (first) => [first] };
    });
    const compared = await compareSearches(lab, scenarioOf([[job(1)], [job(2)]]), limits);
    expect(compared?.distrusting).toBe(true);
  });
});

/** Scenarios at each level. Where there are too many schedules for CI, some and a sample stand for all. */
const scenarios = 15;

describe.each(isolationLevels)('at %s', (isolation) => {
  it(`${scenarios} random scenarios`, async () => {
    const lab = await Lab.open(lockCode, { engine, isolation });
    try {
      for (const scenario of fc.sample(lockScenario, { seed: 20261124, numRuns: scenarios })) {
        const compared = await compareSearches(lab, scenario, {
          maxSchedules: 40,
          sample: 10,
          maxReduced: 80,
        });
        expect(compared?.missed ?? [], JSON.stringify(scenario.sessions)).toEqual([]);
        expect(compared?.distrusting ?? false, JSON.stringify(scenario.sessions)).toBe(false);
      }
    } finally {
      await lab.close();
    }
  }, 300_000);
});
