/** Calls in the parts of a plan, and in a statement's text. */
import { expect, test } from 'vitest';
import {
  calledNames,
  callsInText,
  certainCallsOf,
  printedCalls,
} from '../../../src/footprint/function-calls.ts';

test('are printed in any property of a node, each with its arguments up to the next parenthesis', () => {
  const nodes = [
    { 'Node Type': 'Seq Scan', Filter: '(f(a, 1) > 0)', Output: ['g(h(a))', 'b'] },
    { 'Node Type': 'Result', 'Startup Cost': 1, 'Target Tables': [{ 'Node Type': 'f(2)' }] },
  ];
  expect(printedCalls(nodes)).toEqual(['f(a, 1', 'g(h', 'h(a']);
});

test('have names', () => {
  expect(calledNames('sum((a)::int) + pg_catalog.f(b)')).toEqual(['sum', 'f']);
});

test('in a text are names only', () => {
  expect(callsInText('insert into t values (f(1), "G" (2))')).toEqual(['values(', 'f(', 'G(']);
  expect(callsInText('insert into t values (DEFAULT)')).toContain('nextval(');
  expect(callsInText('insert into t values (1)')).not.toContain('nextval(');
});

test.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
  ['a whole result', { Output: ['f(1)', 'f(1) + 1'] }, ['f(1']],
  ['a function as a table', { 'Node Type': 'Function Scan', 'Function Call': 'f(1)' }, ['f(1']],
  ['a function over its rows', { 'Node Type': 'Function Scan', Output: ['f(1)'] }, []],
  ['a filtered function', { 'Node Type': 'Function Scan', 'Function Call': 'f(1)', Filter: '(a > 1)' }, []],
  ['a result over other nodes', { Output: ['f(1)'], Plans: [{ 'Node Type': 'Seq Scan' }] }, []],
])('are certain in %s: %#', (_, node, expected) => {
  expect(certainCallsOf({ 'Node Type': 'Result', ...node })).toEqual(expected);
});
