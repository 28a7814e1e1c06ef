/**
 * Code made to be hard on the reduction, a case for each thing that it rests on: who waits for whom in a queue, a row that
 * is another one after the wait, what is read through a snapshot later. Random code meets such cases too rarely.
 */
import { afterAll, expect, it } from 'vitest';
import { Lab } from '../../src/lab/lab.ts';
import type { IsolationLevel } from '../../src/core/isolation.ts';
import { canonicalText } from '../../src/core/plain.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { ByPreemptions } from '../../src/strategy/by-preemptions.ts';
import { Reduced } from '../../src/strategy/reduced.ts';
import { randomCode, type Script } from '../support/random-code.ts';
import { alone, snapshot, transaction } from '../support/scripts.ts';
import { search } from '../support/searches.ts';

const engine = postgres();
afterAll(() => engine.close());

/** The numbers stay below 3: from there on a trigger has more to do, and then nothing can come later. */
const update = (id: number, value: string): string => `update item set n = ${value} where id = ${id}`;

const cases: readonly (readonly [string, readonly Script[]])[] = [
  [
    'a range that waits behind a row',
    [
      transaction(update(2, 'n + 1')),
      alone(update(2, '-n')),
      alone('update item set n = n - 10 where n >= 1'),
    ],
  ],
  [
    'a row that waits behind a range',
    [
      transaction(update(2, 'n + 1')),
      alone('update item set n = n - 10 where n >= 1'),
      transaction(update(2, '-n'), 'select n from item where id = 2'),
    ],
  ],
  [
    'a lock that is taken past a waiter',
    [
      transaction('select n from item where id = 2 for key share', 'select count(*)::int as n from log'),
      alone('delete from item where id = 2'),
      alone(update(2, '-n')),
    ],
  ],
  [
    'a deadlock, and somebody who waits beside it',
    [
      transaction(update(1, 'n + 1'), update(2, 'n + 1')),
      transaction(update(2, '-n'), update(1, '-n')),
      alone(update(1, 'n - 10')),
    ],
  ],
  [
    'a row that is gone and made anew while somebody waits',
    [
      transaction('delete from item where id = 3', 'insert into item values (3, 7, null)'),
      alone(update(3, '-n')),
    ],
  ],
  [
    'a row that is gone and made anew, the same as it was, while somebody waits',
    [
      transaction('delete from item where id = 3', 'insert into item values (3, 2, null)'),
      alone(update(3, '-n')),
    ],
  ],
  [
    'a place in the queue, of one who saw more before it waited',
    [
      transaction(update(2, 'n + 1'), 'insert into log values (1, 1)'),
      alone(update(2, '-n')),
      alone(update(2, 'n - 10 + 100 * (select count(*) from log)')),
    ],
  ],
  [
    'a place in the queue before one who saw more before he waited',
    [
      transaction(update(2, 'n + 1'), 'insert into log values (1, 1)'),
      alone(update(2, 'n * 2 - 30')),
      alone(update(2, 'n - 10 - 100 * (select count(*) from log)')),
    ],
  ],
  [
    'a statement that waits while it holds another row',
    [
      transaction(update(2, 'n + 1'), 'select count(*)::int as n from log'),
      alone('update item set n = -n where id <= 2'),
      alone('select n from item where id = 1 for update nowait'),
    ],
  ],
  [
    'a snapshot that is too old after the wait',
    [transaction(update(2, 'n + 1')), snapshot(update(2, '-n')), alone(update(2, 'n - 10'))],
  ],
  [
    'a row that no longer meets the condition',
    [transaction(update(3, '1')), alone('update item set n = -n where id = 3 and n = 2 returning n')],
  ],
  [
    'a row that meets the condition only after the wait',
    [
      transaction(update(1, '-5'), 'select count(*)::int as n from log'),
      alone('update item set n = -n where id = 1 and n = -5'),
    ],
  ],
  [
    'a range that locks the row only in a later version',
    [
      transaction('select id, n from item where n < 0 order by id for no key update', update(3, 'n - 3')),
      alone(update(3, '-n')),
    ],
  ],
  [
    'what is read through a snapshot later, and cannot be told',
    [
      snapshot('select count(*)::int as n from part', 'select n, 1 as ctid from item where id = 3'),
      alone(update(3, '-n')),
    ],
  ],
  [
    'a statement that waits twice, for two rows of two others',
    [
      transaction(update(1, 'n - 1')),
      transaction(update(2, 'n - 1')),
      alone('update item set n = -n where id <= 2 and n < 2'),
    ],
  ],
  [
    'a second statement, whose session stood in the queue before',
    [
      transaction('select n from item where id = 1 for update'),
      {
        ...alone(update(1, '-n')),
        lines: [update(1, '-n'), update(1, 'n - 1')].map((sql) => ({ sql, values: [] })),
      },
      transaction('insert into item values (1, 0, null) on conflict (id) do update set n = item.n - 5'),
    ],
  ],
  [
    'rows that COMMIT AND CHAIN publishes',
    [
      transaction(update(2, 'n + 1'), 'commit and chain', 'select count(*)::int as n from log'),
      alone('select n from item where id = 2'),
    ],
  ],
  [
    'a transaction with another BEGIN in it',
    [
      transaction(update(2, 'n + 1'), 'begin', 'select count(*)::int as n from log'),
      alone('select n from item where id = 2'),
    ],
  ],
  [
    'an advisory lock in a queue',
    [
      transaction('select pg_advisory_xact_lock(1)', update(1, 'n + 1')),
      transaction('select pg_advisory_xact_lock(1)', update(1, '-n')),
      alone('select pg_try_advisory_xact_lock(1)::int as n'),
    ],
  ],
  [
    'a temporary table of each session, by one name',
    [
      transaction(
        'create temporary table mine on commit drop as select n from item where id = 1',
        update(2, 'n + (select n from mine)'),
      ),
      transaction(
        'create temporary table mine (n int) on commit drop',
        'insert into mine select n from item where id = 2',
        update(1, 'n - (select n from mine)'),
      ),
    ],
  ],
  [
    'a table that is dropped and made again, whose rows nothing reports',
    [
      alone(`do $$ begin drop table log; create table log as select id as item_id, n from item; end $$`),
      alone('insert into log values (1, 1)'),
      alone('select count(*)::int as n from log'),
    ],
  ],
  [
    'a table that only one session has under a name that a temporary one had',
    [
      transaction('create temporary table log (n int)', 'drop table log', 'drop table log cascade'),
      alone('select count(*)::int as n from log'),
    ],
  ],
  [
    'a unique index that is made meanwhile',
    [
      alone('create unique index once on log (n)'),
      alone('insert into log values (1, 9)'),
      alone('insert into log values (2, 9)'),
    ],
  ],
];

async function compare(isolation: IsolationLevel, scripts: readonly Script[]): Promise<void> {
  const sessions = scripts.map((given) => [{ operation: 'run', args: [given] }]);
  const scenario: Scenario = { rows: randomCode.rows as Scenario['rows'], sessions };
  const lab = await Lab.open(randomCode, { engine, isolation });
  try {
    const all = await search(lab, scenario, new ByPreemptions(), Infinity);
    const strategy = new Reduced({ sessions: scripts.length });
    const reduced = await search(lab, scenario, strategy, Infinity);
    for (const { exhausted, gaveUp } of [all, reduced]) expect([exhausted, gaveUp]).toEqual([true, []]);
    expect(canonicalText(reduced.outcomes)).toBe(canonicalText(all.outcomes));
    expect(strategy.distrusting).toBe(false);
    // A case in which nothing can be told apart proves nothing.
    expect(all.outcomes.length).toBeGreaterThan(1);
  } finally {
    await lab.close();
  }
}

it.each(cases)('%s', (_, scripts) => compare('read committed', scripts));

it('a doomed transaction, which fails where it looks at what nobody else touched', () =>
  compare('serializable', [
    transaction('delete from item where id = 1', update(3, '1')),
    transaction(
      'select v as n from part where item_id = 2 order by id',
      'delete from part where item_id = 2',
    ),
  ]));
