import { describe, expect, test } from 'vitest';
import type { DatabaseState } from '../../../src/core/state.ts';
import { likeness } from '../../../src/oracle/isomorphic.ts';
import type { NamingRules } from '../../../src/oracle/generated-columns.ts';
import { Namer, type NamedRow } from '../../../src/oracle/naming.ts';
import { Places } from '../../../src/oracle/places.ts';
import { withoutReadings } from '../../../src/oracle/spans.ts';
import { readPair, type Reading } from '../../../src/oracle/text-pair.ts';
import { Uncontrolled } from '../../../src/oracle/uncontrolled.ts';
import { fixedTexts } from '../../../src/oracle/values.ts';
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

  test('are not the same if results and tables disagree', async () => {
    expect(await verdict(seen(1000, 1001, { 1000: 'b', 1001: 'a' }))).toBe('not-serializable');
  });

  test('are not the same if one id stands for two rows', async () => {
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

const ran = Date.parse('2026-11-24T12:00:00.000Z');
const reading: Reading = {
  shifts: [840n],
  fixed: new Set(['ann', 'ben', '2030-01-01 10:00:00+00', '2030-01-01 11:00:00+00']),
  declared: new Map([['417', '112']]),
  spans: [{ from: ran, to: ran + 500 }],
  place: '',
  places: new Places(),
};

function shown(one: string, two: string): string | undefined {
  return readPair(one, two, { ...reading, places: new Places() })
    ?.map((part) =>
      typeof part === 'string' ? part : typeof part === 'symbol' ? '{clock}' : `{${part.text}}`,
    )
    .join('');
}

describe('two texts of the same', () => {
  test.each([
    ['an id', '1000', '1840', '{1000}'],
    ['an id in a path', '/orders/1000/lines/1002', '/orders/1840/lines/1842', '/orders/{1000}/lines/{1002}'],
    ['an id in a code', 'ORD-ann-0001000', 'ORD-ann-0001840', 'ORD-ann-000{1000}'],
    ['beside letters', 'ORD1000', 'ORD1840', 'ORD{1000}'],
    ['in JSON', '{"id": 1000, "n": 5}', '{"id": 1840, "n": 5}', '{"id": {1000}, "n": 5}'],
    ['in an array', '{1000,1001}', '{1840,1841}', '{{1000},{1001}}'],
    ['negative', '-1000', '-1840', '-{1000}'],
    ['a sum of ids', '2001', '3681', '{2001}'],
    ['a mean of ids', '1000.5', '1840.5', '{1000}.5'],
    ['in hexadecimal digits', '3e8', '730', '{3e8}'],
    ['in base 36', 'rs', '1f4', '{rs}'],
    [
      'a uuid',
      'u=0f8fad5b-d9cb-469f-a165-70867728950e',
      'u=7c9e6679-7425-40de-944b-e07fc1f90ae7',
      'u={0f8fad5b-d9cb-469f-a165-70867728950e}',
    ],
    ['a nanoid', 'V1StGXR8_Z5jdHi6B-myT', 'Uakgb_J5m9g-0JDMbcJqL', '{V1StGXR8_Z5jdHi6B-myT}'],
    [
      'a nanoid that is cut at the same places',
      'V1StGX-8_Z5jdHi6BxmyT',
      'Uakgbx-5m_g0JDM0bcJqL',
      '{V1StGX-8_Z5jdHi6BxmyT}',
    ],
    [
      'a hash',
      'd41d8cd98f00b204e9800998ecf8427e',
      '0cc175b9c0f1b6a831c399e269772661',
      '{d41d8cd98f00b204e9800998ecf8427e}',
    ],
    ['a token beside a name', 'tok_a8sdf7asdf for ann', 'tok_x8fhf71sdf for ann', 'tok_{a8sdf7asdf} for ann'],
    ['a time', 'at 2026-11-24 12:00:00.123+00', 'at 2026-11-24 12:00:00.4+00', 'at {clock}'],
    [
      'a time in JSON',
      '{"at": "2026-11-24T12:00:00.12345+00:00"}',
      '{"at": "2026-11-24T12:00:00.2+00:00"}',
      '{"at": "{clock}"}',
    ],
    ['a duration', '00:00:00.0012', '00:00:00.0013', '{clock}'],
    ['milliseconds since 1970', `${ran + 3}`, `${ran + 14}`, '{clock}'],
    [
      'a clock that ticks in seconds, read twice in one',
      '2026-11-24 12:00:00',
      '2026-11-24 12:00:00',
      '{clock}',
    ],
    ['seconds since 1970', `${ran / 1_000}`, `${ran / 1_000}`, '{clock}'],
    ['milliseconds in an hour', `${ran + 3_600_003}`, `${ran + 3_600_014}`, '{clock}'],
    ['seconds in an hour', `${ran / 1_000 + 3_600}`, `${ran / 1_000 + 3_601}`, '{clock}'],
    ['a number of Math.random', '0.8234561932758', '0.1234567112233', '{0.8234561932758}'],
    ['a large number', '1234567890', '987654321', '{1234567890}'],
    [
      'a salted hash',
      '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy',
      '$2b$10$abcdeuLOickgx2ZMRZoMy.IjZAgcfl7p92/dGxad68LJZdL17lhWy',
      '$2b$10${N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy}',
    ],
    [
      'base 64 in JSON',
      '{"hash": "q1W2e3R4t5Y6u7I8o9P0a/S="}',
      '{"hash": "Q1w2E3r4T5y6U7i8O9p0A1s="}',
      '{"hash": "{q1W2e3R4t5Y6u7I8o9P0a/S=}"}',
    ],
    ['what the model declares', '417', '112', '{417}'],
    [
      'a time that is the same in both',
      '2030-01-01 12:00:00+00',
      '2030-01-01 12:00:00+00',
      '2030-01-01 12:00:00+00',
    ],
    ['the same', 'paid 12.50 to ann', 'paid 12.50 to ann', 'paid 12.50 to ann'],
  ])('%s', (_, one, two, expected) => {
    expect(shown(one, two)).toBe(expected);
  });

  test.each([
    ['a counter', '1', '2'],
    ['a balance', '15', '22'],
    ['a balance in text', 'has 1500 left', 'has 1507 left'],
    ['words of a dictionary', 'open', 'closed'],
    ['one of two names that were there', 'ann', 'ben'],
    ['one of two times that were there', '2030-01-01 10:00:00+00', '2030-01-01 11:00:00+00'],
    ['a number with few decimals', '0.8234561', '0.1234567'],
    ['a large balance', '90000000', '90000010'],
    ['a number of ten digits, far from any time', '9000000000', '9000000001'],
    ['more words', 'a', 'a b'],
    ['an id with something else', '1000 ann', '1840 ben'],
  ])('%s has no reading', (_, one, two) => {
    expect(shown(one, two)).toBeUndefined();
  });
});

describe('names', () => {
  const none = stateOf({});
  const namer = (given: NamingRules = rules): Namer => new Namer(given, reading, [none, none]);
  const rows = (one: unknown, two: unknown): readonly NamedRow[] => namer().value('v', one, two);
  const same = (one: readonly [unknown, unknown], two: readonly [unknown, unknown]): string =>
    likeness(rows(...one), rows(...two));
  const moved = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replace(/\b1\d\d\d\b/g, (id) => String(Number(id) + 840)));
  const pair = (value: unknown): readonly [unknown, unknown] => [value, moved(value)];

  test('are one-to-one, and the number and its text are one name', () => {
    expect(same(pair([1000, 1001, 1000]), pair([1005, 1006, 1005]))).toBe('same');
    expect(same(pair([1000, 1001, 1000]), pair([1005, 1006, 1006]))).toBe('different');
    expect(same(pair([1000, 1001]), pair([1005, 1005]))).toBe('different');
    expect(same(pair([1000, 'a/1000']), pair([1005, 'a/1005']))).toBe('same');
    expect(same(pair([1000, 'a/1000']), pair([1005, 'a/1006']))).toBe('different');
    expect(same(pair(['1000']), pair([1005]))).toBe('different');
  });

  test('are not what stays the same: a sum of 1001 in the range of a sequence is compared', () => {
    expect(same(pair([1000, 1001]), [[1000, 1002], [1840, 1002]])).toBe('different');
    expect(same([[1000, 1001], [1840, 1001]], [[1000, 1002], [1840, 1002]])).toBe('different');
  }); // prettier-ignore

  test('stand in structures, whose shape is kept', () => {
    expect(same(pair({ id: 1000, list: [1001] }), pair({ id: 1002, list: [1003] }))).toBe('same');
    expect(same(pair({ id: 1000, list: [1000] }), pair({ id: 1002, list: [1003] }))).toBe('different');
    expect(same(pair({ id: 1000 }), pair({ id: 1000, more: 1 }))).toBe('different');
    expect(same(pair([1000]), pair({ 0: 1000 }))).toBe('different');
    expect(same(pair([1, 2]), pair([1]))).toBe('different');
    expect(same(pair(null), pair({}))).toBe('different');
    expect(same([undefined, undefined], [null, null])).toBe('different');
    expect(same(pair(1), pair('1'))).toBe('different');
  });

  test('may be keys, and then their order has no meaning', () => {
    expect(same(pair({ 1000: 'a', 1001: 'b' }), pair({ 1004: 'b', 1005: 'a' }))).toBe('same');
    expect(same(pair({ 1000: 'a', 1001: 'b' }), pair({ 1004: 'b', 1005: 'b' }))).toBe('different');
    expect(same(pair([{ 1000: 'a' }, 1000]), pair([{ 1001: 'a' }, 1001]))).toBe('same');
    expect(same(pair([{ 1000: 'a' }, 1000]), pair([{ 1001: 'a' }, 1002]))).toBe('different');
  });

  test('are not clocks, which tick or stand still as they like', () => {
    const clocks = (...times: number[]): Date[] => times.map((time) => new Date(time));
    expect(same([clocks(0, 5_000), clocks(1, 6_000)], [clocks(9_000, 9_000), clocks(9_999, 9_999)])).toBe(
      'same',
    );
    expect(same([clocks(0), clocks(1)], [clocks(7_000), clocks(7_000)])).toBe('different');
    expect(same([clocks(7_000), clocks(7_000)], [clocks(8_000), clocks(8_000)])).toBe('different');
  });

  test('must differ in the same way throughout', () => {
    const [a, b, c] = ['a1b2c3d4', 'x9y8z7w6', 'k5l4m3n2'];
    expect(() => rows([a, a], [b, b])).not.toThrow();
    expect(() => rows([a, a], [b, c])).toThrow(Uncontrolled);
    expect(() => rows([a, b], [c, c])).toThrow(Uncontrolled);
    expect(() => rows([1], [2])).toThrow(Uncontrolled);
    expect(() => rows([1], [1, 1])).toThrow(Uncontrolled);
    expect(() => rows({ a: 1 }, { b: 1 })).toThrow(Uncontrolled);
    expect(() => rows('1', 1)).toThrow(Uncontrolled);
  });

  test('in tables: rows may have changed places, and columns may be known to be generated', () => {
    const table = (...given: (string | null)[][]): DatabaseState => ({
      tables: { t: { columns: ['id', 'pin', 'name'], rows: given } },
      sequences: {},
    });
    const named = (
      one: DatabaseState,
      two: DatabaseState,
      pin: 'drawn' | 'random' | 'lot' = 'drawn',
    ): readonly NamedRow[] => {
      const namer = new Namer({ shifts: [840n], columns: { t: { pin } } }, reading, [one, two]);
      return namer.table('t', one, two);
    };
    // The row that drew 3 in one execution drew 3 in the other, too: by chance, or because 3 was not drawn.
    const likenessOf = (pin: 'drawn' | 'random' | 'lot'): string =>
      likeness(
        named(
          table(['1000', '3', 'a'], ['1001', '3', 'b']),
          table(['1841', '3', 'b'], ['1840', '3', 'a']),
          pin,
        ),
        named(
          table(['1005', '8', 'b'], ['1006', '8', 'a']),
          table(['1845', '9', 'b'], ['1846', '9', 'a']),
          pin,
        ),
      );
    expect([likenessOf('drawn'), likenessOf('lot'), likenessOf('random')]).toEqual([
      'same',
      'same',
      'different',
    ]);
    expect(() => named(table(['1000', '3', 'a']), table(['1840', '3', null]))).toThrow(Uncontrolled);
    expect(() => named(table(['1000', '3', 'a']), table())).toThrow(Uncontrolled);
  });
});

test('values of the start and of arguments mean themselves, wherever they stand', () => {
  const fixed = fixedTexts(stateOf({ a: 7 }), [{ deep: [8n, 'x', new Date(0)] }, null, undefined]);
  expect([...fixed].sort()).toEqual(['1970-01-01T00:00:00.000Z', '7', '8', 'a', 'x'].sort());
});

test('times that a clock must have read in an execution are left out of its text, and no others', () => {
  const span = { from: ran, to: ran + 500 };
  const without = (text: string): string =>
    withoutReadings(text, span, () => new Set(['2026-11-24 12:00:00.3+00']));
  expect(without('["2026-11-24 12:00:00.123456+00",date(2026-11-24T12:00:00.499Z)]')).toBe(
    '["{clock}",date({clock})]',
  );
  // Before it, after it, in whole seconds, and there before.
  for (const other of ['11:59:59.999', '12:00:00.501', '12:00:00', '12:00:00.3'])
    expect(without(`2026-11-24 ${other}+00`)).toBe(`2026-11-24 ${other}+00`);
  expect(without('2030-01-01 10:00:00.1+00 and 1000.5')).toBe('2030-01-01 10:00:00.1+00 and 1000.5');
});
