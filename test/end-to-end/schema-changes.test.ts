/** Tables that operations make are not put back or compared: that is said, and nothing is called a pass. In pairs. */
import { afterAll, describe, expect, test } from 'vitest';
import { check, type CheckResult, type Session } from '../../src/index.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { faultOf } from '../support/fault-of.ts';
import { bank } from '../support/honest-bank.ts';

const engine = postgres();
afterAll(() => engine.close());

const one = { operation: 'deposit', args: [] };

function run(...texts: readonly string[]): Promise<CheckResult> {
  const model = bank(async ({ client }: Session) => {
    for (const text of texts) await client.query(text);
    await client.query('update account set balance = balance + 1');
  });
  const hidden = `create function hidden() returns void language plpgsql as $$
    begin create table if not exists made (n int); end $$;`;
  const options = { engine, sessions: 2, maxOperations: 1, numRuns: 1, maxSchedules: 50 };
  return check(
    { ...model, schema: `${model.schema}; ${hidden} create type mood as enum ('good')` },
    { ...options, examples: [{ rows: {}, sessions: [[one], [one]] }] },
  );
}

describe('is a fault that names the operation and the statement', () => {
  test.each([
    ['a table', 'create table if not exists made (n int)'],
    ['a table from rows', 'create table made as select 1 as n'],
    ['rows into a table', 'select 1 as n into made'],
    ['a column', 'alter table account add column if not exists note text'],
    ['an index', 'create index if not exists by_balance on account (balance)'],
    ['a constraint', 'alter table account add check (balance > 0)'],
    ['a function', 'create or replace function hidden() returns void language sql as $$ select $$'],
    ['a value of a type', `alter type mood add value if not exists 'bad'`],
  ])('%s', async (_, text) => {
    const fault = await faultOf(() => run(text));
    expect(fault).toMatchObject({ code: 'schema-changed', kind: 'usage' });
    expect([fault.message, fault.detail]).toEqual([
      'operation deposit changes the schema',
      `its statement: ${text}`,
    ]);
  });

  test('a table that a function makes', async () => {
    const fault = await faultOf(() => run('select hidden()'));
    expect(fault).toMatchObject({ code: 'schema-changed', detail: 'a function that it calls does' });
  });
});

describe('is not seen where the schema stays as it is', () => {
  test.each([
    ['a temporary table', 'create temporary table if not exists made (n int)'],
    ['truncating', 'truncate account'],
    ['analysing', 'analyze account'],
    ['making and rolling back', 'do $$ begin create table made (n int); drop table made; end $$'],
  ])('%s', async (_, text) => {
    expect((await run(text)).verdict).toBe('holds');
  });
});
