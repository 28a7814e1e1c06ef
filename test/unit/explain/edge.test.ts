/** What an edge records of its two statements, and what results keep of it. */
import { describe, expect, it } from 'vitest';
import { dependencyOf, edgeBetween, touches } from '../../../src/explain/edge.ts';
import type { ObservedStatement } from '../../../src/explain/observed.ts';
import { knowledge, statement } from '../../support/observed-statements.ts';

const line = { table: 't', versions: [] };
/** Sent in one step, and ended in a later one. */
const first = statement(0, 1, { during: 3 });
const second = statement(1, 2, { during: 5 });
const between = (
  kind: 'ww' | 'wr' | 'rw',
  to: ObservedStatement = second,
  more: Parameters<typeof edgeBetween>[2] = {},
): ReturnType<typeof edgeBetween> =>
  edgeBetween({ kind, from: first, to, line, before: undefined, after: 10 }, knowledge, more);

it('an operation does not depend on itself', () => {
  expect(between('ww', statement(0, 4, {}))).toEqual([]);
  expect(between('ww')).toHaveLength(1);
});

it.each([
  ['ww', 3, 5],
  ['wr', 3, 2],
  ['rw', 1, 5],
] as const)('%s: a write counts from its end, a read from its start', (kind, fromStep, toStep) => {
  expect(between(kind)).toMatchObject([{ kind, fromStep, toStep }]);
});

it('rows are contents, and a missing row is none', () => {
  expect(between('ww')).toMatchObject([{ table: 't', before: undefined, after: { id: '1', n: '10' } }]);
});

describe('the condition of the read', () => {
  const read = { table: 't', condition: 1, how: 'snapshot', byKey: true, text: '(id = 1)' } as const;
  it('is given if the row was not found by its key', () => {
    expect(between('rw', second, { read })).toMatchObject([{ predicate: '(id = 1)' }]);
    expect(between('rw', second, { read, item: true })).toMatchObject([{ predicate: undefined }]);
  });
});

it('results keep the dependency, and a phantom or a constraint only if there is one', () => {
  const kept = ['kind', 'from', 'to', 'fromStep', 'toStep', 'table', 'before', 'after', 'predicate'];
  const keys = (more: Parameters<typeof edgeBetween>[2]): readonly string[] =>
    between('wr', second, more).flatMap((edge) => Object.keys(dependencyOf(edge)));
  expect(keys({ inserts: true })).toEqual(kept);
  expect(keys({ phantom: true, constraint: 't_pkey' })).toEqual([...kept, 'phantom', 'constraint']);
});

it('touches both of its operations, and no other', () => {
  const [edge] = between('ww');
  const touched = [0, 1, 2].filter((session) => edge && touches(edge, { session, operation: 0 }));
  expect(touched).toEqual([0, 1]);
});
