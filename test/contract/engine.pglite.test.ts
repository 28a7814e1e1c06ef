import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pglite } from '../../src/driver/pglite/index.ts';
import { Bench, inOrder, lines, releases, sql } from '../support/bench.ts';
import { engineSuite } from './engine-suite.ts';

engineSuite('pglite', pglite(), { executions: 100 });

describe('one session for everybody', () => {
  let bench: Bench;
  const update = (id: number): string => `update account set balance = balance + 1 where id = ${id}`;
  beforeAll(async () => {
    bench = await Bench.open(pglite(), {
      schema: 'create table account (id int primary key, balance int not null)',
      rows: { account: [1, 2].map((id) => ({ id, balance: 10 })) },
    });
  });
  afterAll(() => bench.close());

  test('an open transaction holds the engine: the others cannot be chosen until it ends', async () => {
    const transaction = [sql('begin', update(1), 'commit')];
    const { end, choices, history } = await bench.run([transaction, [sql(update(2))]], inOrder(0));
    expect(end).toEqual({ kind: 'completed' });
    expect(choices.map(({ point }) => point.runnable.join())).toEqual(['0,1', '0', '0', '1']);
    // BEGIN takes the engine, so it is a step.
    expect(lines(history)).toContain('s1 released begin');
  });

  test('two transactions of 3 steps: 2 schedules, the serial ones', async () => {
    const transaction = [sql('begin', update(1), 'commit')];
    const executions = await bench.runAll([transaction, transaction]);
    expect(executions.map(releases).sort()).toEqual(['111222', '222111']);
    for (const { final } of executions) expect(final.tables['account']?.rows).toContainEqual(['1', '12']);
  });

  test('a transaction of 3 steps between autocommitted statements: 2 of them leave 3 places', async () => {
    const executions = await bench.runAll([[sql('begin', update(1), 'commit')], [sql(update(1), update(2))]]);
    expect(executions.map(releases).sort()).toEqual(['11122', '21112', '22111']);
  });
});
