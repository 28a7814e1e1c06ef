/** What is read from a plan, plan by plan: a table of what EXPLAIN (FORMAT JSON, VERBOSE) prints, and no server. */
import { describe, expect, test } from 'vitest';
import { readPlan, type Plan } from '../../../src/footprint/plans.ts';

const keys = {
  wholeIndexes: new Set(['t_pkey']),
  wholeKeys: new Map([['t', [['id'], ['code', 'day']]]]),
};
type Node = Readonly<Record<string, unknown>>;
const scan = (more: Node = {}): Node => ({
  'Node Type': 'Seq Scan',
  'Relation Name': 't',
  Schema: 'public',
  Alias: 't',
  Output: ['id', 'n'],
  ...more,
});
const over = (type: string, child: Node, more: Node = {}): Node => ({
  'Node Type': type,
  Output: ['id'],
  Plans: [child],
  ...more,
});
const plan = (root: Node, text = 'select'): Plan =>
  readPlan(JSON.stringify({ Plan: root, 'Query Text': text }), keys);

describe('conditions', () => {
  test.each<[string, readonly string[]]>([
    ['(id = 1)', ['(id = 1)']],
    ['((id = 1) AND (n = 2))', ['(id = 1)', '(n = 2)']],
    ['((id = 1) AND ((n = 2) AND (k = 3)))', ['(id = 1)', '(n = 2)', '(k = 3)']],
    ['((id = 1) OR (n = 2))', ['((id = 1) OR (n = 2))']],
    ['((id = 1) AND (n = 2) AND (k = 3))', ['(id = 1)', '(n = 2)', '(k = 3)']],
    [`((name = 'a) AND (b'::text) AND (n = 2))`, [`(name = 'a) AND (b'::text)`, '(n = 2)']],
    [`(("a) AND (b" = 1) AND (n = 2))`, [`("a) AND (b" = 1)`, '(n = 2)']],
  ])('%s', (condition, expected) => {
    expect(plan(scan({ Filter: condition })).scans[0]?.conditions).toEqual(expected);
  });

  test('of an index and of the filter behind it, together', () => {
    const node = scan({ 'Node Type': 'Index Scan', 'Index Cond': '(id = 1)', Filter: '(n > 2)' });
    expect(plan(node).scans[0]?.conditions).toEqual(['(id = 1)', '(n > 2)']);
  });
});

describe('locks', () => {
  const locked = over('LockRows', scan());

  test.each([
    ['select * from t for update', 'update'],
    ['select * from t for no key update', 'no key update'],
    ['select * from t for share', 'share'],
    ['select * from t FOR  KEY\nSHARE', 'key share'],
    ['select * from v', 'update'],
    ['select * from t, u for share of u for update of t', 'update'],
  ])('%s', (text, strength) => {
    expect(plan(locked, text).scans[0]?.lock).toBe(strength);
  });

  test('a plain read locks nothing, the target of a write is locked', () => {
    expect(plan(scan()).scans[0]?.lock).toBeUndefined();
    const update = over('ModifyTable', scan(), {
      Operation: 'Update',
      'Relation Name': 't',
      Schema: 'public',
    });
    const read = plan(update, 'update t set n = 1');
    expect(read.scans[0]?.lock).toBe('no key update');
    expect(read.modifications).toEqual([{ table: 't', targets: [], onConflict: false }]);
  });

  test('what comes back is what was locked: not if two strengths are named, nor below a join', () => {
    expect(plan(locked, 'select * from t for update').locksWhatItReturns).toBe(true);
    expect(plan(over('Limit', locked), 'select * from t for update').locksWhatItReturns).toBe(true);
    expect(plan(locked, 'select * from t, u for share of u for update of t').locksWhatItReturns).toBe(false);
    expect(plan(over('Nested Loop', locked), 'select * from t for update').locksWhatItReturns).toBe(false);
  });
});

describe('whether the place of rows in the table may show', () => {
  const sort = (...by: readonly string[]): Node => over('Sort', scan(), { 'Sort Key': by });

  test.each<[string, Node, Plan['placement']]>([
    ['rows as they come', scan(), 'many'],
    ['sorted by a key', sort('t.id'), 'never'],
    ['sorted by a key, backwards', sort('t.id DESC'), 'never'],
    ['sorted by a part of a key', sort('t.code'), 'many'],
    ['sorted by a whole key of two columns, and more', sort('t.day', 't.n', 't.code'), 'never'],
    ['the first of some', over('Limit', scan()), 'always'],
    ['the first by a key', over('Limit', sort('t.id')), 'never'],
    ['by a unique index', scan({ 'Node Type': 'Index Scan', 'Index Name': 't_pkey' }), 'never'],
    ['by another index', scan({ 'Node Type': 'Index Scan', 'Index Name': 't_n_idx' }), 'many'],
    ['a count', over('Aggregate', scan(), { Strategy: 'Plain', Output: ['count(*)'] }), 'never'],
    ['a list', over('Aggregate', scan(), { Strategy: 'Plain', Output: ['array_agg(n)'] }), 'always'],
    ['a window', over('WindowAgg', scan()), 'always'],
  ])('%s: %#', (_, root, expected) => {
    expect(plan(root).placement).toBe(expected);
  });
});

describe('calls', () => {
  test('of functions, with their arguments, as far as they can be seen', () => {
    const root = { 'Node Type': 'Result', Output: [`pg_advisory_xact_lock('7'::bigint)`] };
    expect(plan(root).calls).toEqual([`pg_advisory_xact_lock('7'::bigint`]);
    expect(plan(root).certainCalls).toEqual([`pg_advisory_xact_lock('7'::bigint`]);
  });

  test('of which those behind a condition are not certain', () => {
    const root = { 'Node Type': 'Result', Output: ['f(1)'], 'One-Time Filter': '(n > 0)' };
    expect(plan(root).certainCalls).toEqual([]);
    expect(plan(over('Subquery Scan', scan(), { Output: ['f(1)'] })).certainCalls).toEqual([]);
  });

  test('in the text, if the plan does not print rows: DEFAULT may take from a sequence', () => {
    const values = over(
      'ModifyTable',
      { 'Node Type': 'Values Scan' },
      { 'Relation Name': 't', Operation: 'Insert' },
    );
    expect(plan(values, 'insert into t values (f(1), default), (2, 3)').calls).toEqual(
      ['t(', 'values(', 'f(', 'nextval('].filter((call) => call !== 't('),
    );
  });
});

test('a version of a row is shown if xmin or ctid is returned, but not the ctid that an update carries along', () => {
  expect(plan(scan({ Output: ['id', 'xmin'] })).showsRowVersions).toBe(true);
  expect(plan(scan({ Output: ['id', 't.ctid'] })).showsRowVersions).toBe(false);
  expect(plan(scan({ Output: ['id', '(ctid)::text'] })).showsRowVersions).toBe(true);
});

test("a foreign key's check is Postgres's own", () => {
  const text = 'SELECT 1 FROM ONLY "public"."t" x WHERE "id" OPERATOR(pg_catalog.=) $1 FOR KEY SHARE OF x';
  expect(plan(over('LockRows', scan()), text).isKeyCheck).toBe(true);
  expect(plan(over('LockRows', scan()), 'select 1 from t for key share').isKeyCheck).toBe(false);
});

test('tables of other schemas are named with their schema', () => {
  expect(plan(scan({ Schema: 'app' })).scans[0]?.table).toBe('app.t');
});
