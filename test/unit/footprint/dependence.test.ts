/** What depends on what, as the database tells it: two sessions with one statement each, run one after the other. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Lab } from '../../../src/lab/lab.ts';
import { runObserved } from '../../../src/search/observation.ts';
import { Trial } from '../../../src/lab/trial.ts';
import { defineModel, operation } from '../../../src/core/define-model.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import type { Strategy } from '../../../src/strategy/contract.ts';
import { Reduced } from '../../../src/strategy/reduced.ts';
import { randomCode } from '../../support/random-code.ts';

/** As `pg` takes it. */
type Statement = string | { readonly text: string; readonly values: unknown[] };

const run = operation<any, any, [readonly Statement[]]>({
  run: async ({ client }, statements) => {
    try {
      for (const statement of statements) await client.query(statement);
    } catch {
      await client.query('rollback');
    }
  },
});
const model = defineModel({ ...randomCode, name: 'statements', operations: { run } });

const engine = postgres();
let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open(model, { engine, isolation: 'read committed' });
});
afterAll(async () => {
  await lab.close();
  await engine.close();
});

/** Pairs of steps of different sessions that depend on each other, as `s1:1 s2:2`: both numbers count from 1. */
async function dependencies(...sessions: readonly (readonly Statement[])[]): Promise<readonly string[]> {
  const rows = model.rows as Parameters<Lab['start']>[0];
  const scenario = {
    rows,
    sessions: sessions.map((statements) => [{ operation: 'run', args: [statements] }]),
  };
  const strategy = new Reduced({ sessions: sessions.length });
  strategy.begin();
  const { observation } = await runObserved(await Trial.on(lab, scenario), strategy);
  if (observation === undefined) throw new Error('nothing is observed');
  const { steps } = observation;
  const names = steps.map(({ session }, index) => {
    const before = steps.slice(0, index).filter((step) => step.session === session).length;
    return `s${session + 1}:${before + 1}`;
  });
  return steps.flatMap((second, j) =>
    steps
      .slice(0, j)
      .flatMap((first, i) =>
        first.session !== second.session && observation.dependent(i, j) ? `${names[i]} ${names[j]}` : [],
      ),
  );
}

const independent: readonly (readonly [string, string])[] = [
  ['create temp table copy as select * from item where id = 9', 'select count(*) from part'],
  ['update item set n = n + 1 where id = 1', 'update item set n = n + 1 where id = 2'],
  ['select n from item where id = 2', 'update item set n = n + 1 where id = 1'],
  ['select count(*) from item where n >= 5', 'update item set n = n + 1 where id = 1'],
  ['select count(*) from item', 'select count(*) from item'],
  // A foreign key only needs the row to stay.
  ['update item set n = n + 1 where id = 1', 'insert into part (item_id, v) values (1, 1)'],
  ['select n from item where id = 1 for share', 'select n from item where id = 1 for share'],
  ['select pg_advisory_xact_lock(1)', 'select pg_advisory_xact_lock(2)'],
  ["insert into item values (7, 0, 'x')", "insert into item values (8, 0, 'y')"],
  ['select * from part where item_id = 1 order by id', 'update item set n = n + 1 where id = 1'],
];
const dependentPairs: readonly (readonly [string, string])[] = [
  ['update item set n = n + 1 where id = 1', 'update item set n = n + 1 where id = 1'],
  ['select n from item where id = 1', 'update item set n = n + 1 where id = 1'],
  // The row meets the condition after the update only, and the other one before it only.
  ['select count(*) from item where n >= 3', 'update item set n = n + 1 where id = 3'],
  ['select count(*) from item where n = 2', 'update item set n = n + 1 where id = 3'],
  ['select max(n) from item', 'insert into item values (9, 9, null)'],
  ["insert into item values (7, 0, 'x')", "insert into item values (8, 0, 'x')"],
  ['insert into item values (7, 0, null)', 'insert into item values (7, 0, null)'],
  ['insert into item values (7, 0, null) on conflict do nothing', 'insert into item values (7, 0, null)'],
  // A cascade deletes what the other reads; a trigger writes it; a view, a function and a policy of the plan read it.
  ['delete from item where id = 1', 'select * from part where item_id = 1 order by id'],
  ['update item set n = 3 where id = 3', 'select count(*) from log'],
  ['select * from busy order by id', 'update item set n = n + 1 where id = 2'],
  ['select bump(2)', 'update item set n = n + 1 where id = 2'],
  ['select bump(2)', 'update item set n = n + 1 where id = 3'],
  ['insert into part (item_id, v) values (1, 1)', 'delete from item where id = 1'],
  ['insert into part (item_id, v) values (1, 1)', 'insert into part (item_id, v) values (2, 1)'],
  ["select nextval('part_id_seq')", "select nextval('part_id_seq')"],
  ['select n from item where id = 1 for update', 'select n from item where id in (1, 2) for update'],
  ['select n from item where id = 1 for key share', 'delete from item where id = 1'],
  ['select pg_advisory_xact_lock(1)', 'select pg_try_advisory_xact_lock(1)'],
  ['truncate log', 'select count(*) from log'],
  ['delete from part where item_id = 9; delete from log', 'select count(*) from log'],
  ['create table copy as select * from item where id = 9', 'select count(*) from part'],
  ['lock table item in exclusive mode', 'select n from item where id = 1'],
];

describe('statements by themselves', () => {
  it.each(independent)('%s / %s: independent', async (a, b) => {
    expect(await dependencies([a], [b])).toEqual([]);
    expect(await dependencies([b], [a])).toEqual([]);
  });
  it.each(dependentPairs)('%s / %s: dependent', async (a, b) => {
    expect(await dependencies([a], [b])).toEqual(['s1:1 s2:1']);
    expect(await dependencies([b], [a])).toEqual(['s1:1 s2:1']);
  });
});

describe('in transactions', () => {
  const read = 'select n from item where id = 1';
  const update = 'update item set n = n + 1 where id = 1';

  it('what is not committed is not read: the reader depends on the commit, and on nothing else', async () => {
    expect(await dependencies(['begin', update, 'commit'], [read])).toEqual(['s1:2 s2:1']);
    expect(await dependencies(['begin', update, 'rollback'], [read])).toEqual([]);
  });

  it('who asks for a lock depends on who took it and on what lets it go, not on what its holder does meanwhile', async () => {
    const holder = ['begin', 'select n from item where id = 1 for update', update, 'commit'];
    const asker = ['begin', 'select n from item where id = 1 for update', 'rollback'];
    expect(await dependencies(holder, asker)).toEqual(['s1:1 s2:1', 's1:3 s2:1', 's1:1 s2:2']);
  });

  it('a query with parameters is known by its own plan', async () => {
    const other = { text: 'select n from item where id = $1', values: [2] };
    expect(await dependencies(['begin', other, read, 'commit'], [update])).toEqual(['s1:2 s2:1']);
  });

  it('at repeatable read the first query depends on every commit that changes what is read later', async () => {
    const reader = ['begin isolation level repeatable read', 'select count(*) from log', read, 'commit'];
    expect(await dependencies([update], reader)).toEqual(['s1:1 s2:1']);
    expect(await dependencies(['update item set n = n + 1 where id = 2'], reader)).toEqual([]);
  });

  it('serializable transactions that meet in a table depend on each other step by step', async () => {
    const begin = 'begin isolation level serializable';
    const one = [begin, 'select count(*) from log', update, 'commit'];
    const other = [begin, 'select n from item where id = 2', 'commit'];
    expect(await dependencies(one, other)).toContain('s1:2 s2:1');
    const apart = [begin, 'select count(*) from part', 'commit'];
    expect(await dependencies(one, apart)).toEqual([]);
  });

  it('rows that are read in no order depend on the order in which others write', async () => {
    const insert = (id: number): string[] => [`insert into item values (${id}, 0, null)`];
    expect(await dependencies(insert(7), insert(8), ['select count(*) from item'])).not.toContain(
      's1:1 s2:1',
    );
    expect(await dependencies(insert(7), insert(8), ['select id from item'])).toContain('s1:1 s2:1');
  });
});

it.each([
  ['contradiction', true],
  [undefined, false],
] as const)('once a strategy concludes %s, everything depends on everything: %s', async (conclusion, all) => {
  const rows = model.rows as Parameters<Lab['start']>[0];
  const read = { operation: 'run', args: [['select n from item where id = 1']] };
  const strategy: Strategy = { begin: () => true, choose: ({ runnable }) => runnable[0] ?? 0, learn: () => conclusion }; // prettier-ignore
  const trial = await Trial.on(lab, { rows, sessions: [[read], [read]] });
  const { observation } = await runObserved(trial, strategy);
  expect(observation?.dependent(0, 1)).toBe(all);
});
