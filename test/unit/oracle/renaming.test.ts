import { describe, expect, test } from 'vitest';
import type { DatabaseState } from '../../../src/core/state.ts';
import { fixedTexts, Names, Renaming } from '../../../src/oracle/renaming.ts';
import { sameTables } from '../../../src/oracle/same.ts';
import { call } from '../../support/bench.ts';
import { returned, rules, stateOf, verdict, type Pure } from '../../support/pure-oracle.ts';

const operations: Readonly<Record<string, Pure>> = {
  /** Adds a row under a generated id and returns the id. */
  insert: (store, _memory, next, name: string) => {
    const id = next();
    store[`${id}`] = name;
    return id;
  },
  last: (store) => Object.keys(store).at(-1) ?? null,
};

describe('generated ids', () => {
  const seen = (one: number, two: number, final: Record<string, string>, generated = 2) => ({
    operations,
    start: { 5: 'old' },
    sessions: [[[call('insert', 'a'), returned(one)]], [[call('insert', 'b'), returned(two)]]] as const,
    final: { 5: 'old', ...final },
    generated,
  });

  test('may be any, as long as results and tables agree on them', async () => {
    expect(await verdict(seen(1000, 1001, { 1000: 'a', 1001: 'b' }))).toMatch('explained');
    expect(await verdict(seen(1001, 1000, { 1001: 'a', 1000: 'b' }))).toMatch('explained');
    // A gap (a sequence does not roll back).
    expect(await verdict(seen(1000, 1002, { 1000: 'a', 1002: 'b' }, 3))).toMatch('explained');
  });

  test('are not the same where results and tables disagree', async () => {
    expect(await verdict(seen(1000, 1001, { 1000: 'b', 1001: 'a' }))).toBe('not-serializable');
  });

  test('are not the same where one id stands for two rows', async () => {
    expect(await verdict(seen(1000, 1000, { 1000: 'a', 1001: 'b' }))).toBe('not-serializable');
  });

  test('must come from the sequence', async () => {
    expect(await verdict(seen(1, 1001, { 1000: 'a', 1001: 'b' }))).toBe('not-serializable');
    expect(await verdict(seen(2000, 1001, { 1000: 'a', 1001: 'b' }))).toBe('not-serializable');
  });

  test('that stood there at the start mean themselves', async () => {
    const look = (id: string) => ({
      operations,
      start: { 5: 'old', 1000: 'old, too' },
      sessions: [[[call('last'), returned(id)]]] as const,
      final: { 5: 'old', 1000: 'old, too' },
    });
    expect(await verdict(look('1000'))).toMatch('explained');
    expect(await verdict(look('5'))).toBe('not-serializable');
  });
});

describe('domains', () => {
  const uuids = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'] as const;
  const state: DatabaseState = stateOf({}, 10);
  const names = new Names(rules, state, new Set(['1003', uuids[1], '2020-01-01 00:00:00+00']));

  test('what is generated, and what means itself', () => {
    expect(names.domain(1000)).toBe('sequence ids');
    expect(names.domain('1009')).toBe('sequence ids');
    expect(names.domain(1009n)).toBe('sequence ids');
    expect(names.domain(1010)).toBeUndefined();
    expect(names.domain(999)).toBeUndefined();
    expect(names.domain(1003)).toBeUndefined();
    expect(names.domain(1000.5)).toBeUndefined();
    expect(names.domain(uuids[0])).toBe('random');
    expect(names.domain(uuids[1])).toBeUndefined();
    expect(names.domain('2020-01-01 00:00:01+00')).toBe('clock');
    expect(names.domain('2020-01-01 00:00:00+00')).toBeUndefined();
    expect(names.domain(new Date())).toBe('clock');
    expect(names.domain('')).toBeUndefined();
    expect(names.domain(true)).toBeUndefined();
  });

  test('a sequence that gave nothing has no range', () => {
    expect(new Names(rules, stateOf({}), new Set()).domain(1000)).toBeUndefined();
  });

  test('values of the start and of arguments are fixed, wherever they stand', () => {
    const fixed = fixedTexts(stateOf({ a: 7 }), [{ deep: [8n, 'x', new Date(0)] }, null, undefined]);
    expect([...fixed].sort()).toEqual(['1970-01-01T00:00:00.000Z', '7', '8', 'a', 'x'].sort());
  });
});

describe('a renaming', () => {
  const fresh = (): Renaming => {
    const names = new Names(rules, stateOf({}, 10), new Set());
    return new Renaming(names, names);
  };

  test('is one-to-one', () => {
    const renaming = fresh();
    expect(renaming.leaf(1000, 1005)).toBe(true);
    expect(renaming.leaf(1000, 1005)).toBe(true);
    expect(renaming.leaf(1000, 1006)).toBe(false);
    expect(renaming.leaf(1001, 1005)).toBe(false);
    // The number and its text are one name.
    expect(renaming.leaf('1000', '1005')).toBe(true);
    expect(renaming.leaf('1000', 1005)).toBe(false);
  });

  test('is undone to a mark', () => {
    const renaming = fresh();
    renaming.leaf(1000, 1005);
    const mark = renaming.mark();
    renaming.leaf(1001, 1006);
    renaming.undo(mark);
    expect(renaming.leaf(1001, 1007)).toBe(true);
    expect(renaming.leaf(1000, 1005)).toBe(true);
    expect(renaming.leaf(1002, 1006)).toBe(true);
  });

  test('goes into structures, and keeps their shape', () => {
    expect(fresh().value({ id: 1000, list: [1001] }, { id: 1002, list: [1003] })).toBe(true);
    expect(fresh().value({ id: 1000, list: [1000] }, { id: 1002, list: [1003] })).toBe(false);
    expect(fresh().value({ id: 1000 }, { id: 1000, more: 1 })).toBe(false);
    expect(fresh().value([1000], { 0: 1000 })).toBe(false);
    expect(fresh().value([1, 2], [1])).toBe(false);
    expect(fresh().value({ 1000: 'a', 1001: 'b' }, { 1004: 'a', 1005: 'b' })).toBe(true);
    expect(fresh().value(null, {})).toBe(false);
    expect(fresh().value(undefined, null)).toBe(false);
    expect(fresh().value(1, '1')).toBe(false);
    // Clocks tick or stand still as they like.
    expect(fresh().value([new Date(0), new Date(5_000)], [new Date(9_000), new Date(9_000)])).toBe(true);
    expect(fresh().value([new Date(9_000), new Date(9_000)], [new Date(0), new Date(5_000)])).toBe(true);
  });
});

test('tables are multisets of rows, paired under one renaming', () => {
  const table = (...rows: (string | null)[][]): DatabaseState => ({
    tables: { t: { columns: ['id', 'parent'], rows } },
    sequences: { ids: '1009,t' },
  });
  const same = (a: DatabaseState, b: DatabaseState): boolean => {
    const names = { observed: new Names(rules, a, new Set()), expected: new Names(rules, b, new Set()) };
    return sameTables(a, b, new Renaming(names.observed, names.expected), names);
  };
  // A chain and a chain; a chain and a loop.
  expect(same(table(['1000', null], ['1001', '1000']), table(['1005', '1006'], ['1006', null]))).toBe(true);
  expect(same(table(['1000', '1001'], ['1001', '1000']), table(['1005', '1006'], ['1006', '1006']))).toBe(
    false,
  );
  expect(same(table(['1', '2'], ['1', '2']), table(['1', '2'], ['3', '4']))).toBe(false);
  expect(same(table(['1', '2']), table(['1', '2'], ['1', '2']))).toBe(false);
  expect(same(table(['1', null]), table(['1', 'null']))).toBe(false);
  // Pairing has to go back: the first candidate of the first row is the wrong one.
  expect(
    same(
      table(['1000', '1001'], ['1001', '1002'], ['1002', null]),
      table(['1003', '1004'], ['1005', '1003'], ['1004', null]),
    ),
  ).toBe(true);
});
