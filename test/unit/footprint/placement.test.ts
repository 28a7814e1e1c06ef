/** Whether rows come in an order of their own, for plans of several nodes; plans.test.ts has the simple ones. */
import { expect, test } from 'vitest';
import { placementOf, type Placement } from '../../../src/footprint/placement.ts';
import type { PlanNode } from '../../../src/footprint/plan-node.ts';

const keys = {
  wholeIndexes: new Set(['t_pkey']),
  wholeKeys: new Map([
    ['t', [['id']]],
    ['app.t', [['code']]],
  ]),
};
const node = (type: string, more: Omit<PlanNode, 'Node Type'> = {}, ...children: PlanNode[]): PlanNode => ({
  'Node Type': type,
  ...more,
  ...(children.length === 0 ? {} : { Plans: children }),
});
const scan = (table = 't', more: Omit<PlanNode, 'Node Type'> = {}): PlanNode =>
  node('Seq Scan', { 'Relation Name': table, Schema: 'public', ...more });
const sort = (keyText: string, ...children: PlanNode[]): PlanNode =>
  node('Sort', { 'Sort Key': [keyText] }, ...children);
const aggregate = (strategy: string, output: string): PlanNode =>
  node('Aggregate', { Strategy: strategy, Output: [output] }, scan());

test.each<[string, PlanNode, Placement]>([
  ['sorted by a key, nulls last', sort('t.id DESC NULLS LAST', scan()), 'never'],
  ['sorted step by step', node('Incremental Sort', { 'Sort Key': ['id'] }, scan()), 'never'],
  ['sorted by the key of one of two tables', sort('t.id', node('Hash Join', {}, scan(), scan('u'))), 'many'],
  ['sorted by the key of the table under a filter', sort('t.id', node('Subquery Scan', {}, scan())), 'never'],
  ['sorted by a key of the other schema', sort('t.id', scan('t', { Schema: 'app' })), 'many'],
  ['sorted by a key in a schema', sort('t.code', scan('t', { Schema: 'app' })), 'never'],
  ['sorted, with no table below', sort('id', node('Function Scan')), 'many'],
  ['an index alone', node('Index Only Scan', { 'Index Name': 't_n_idx' }), 'never'],
  ['no rows to choose from', node('Result'), 'never'],
  ['a parameter computed before', node('Result', {}, node('Seq Scan', { 'Parent Relationship': 'InitPlan' })), 'never'],
  ['the first, locked, by a key', node('Limit', {}, node('LockRows', {}, sort('t.id', scan()))), 'never'],
  ['the first, in a join', node('Nested Loop', {}, node('Limit', {}, scan()), scan('u')), 'always'],
  ['groups', aggregate('Hashed', 'count(*)'), 'many'],
  ['a sum of what a function gives', aggregate('Plain', 'sum(f(n))'), 'always'],
])('%s: %#', (_, root, expected) => {
  expect(placementOf(root, keys)).toBe(expected);
}); // prettier-ignore
