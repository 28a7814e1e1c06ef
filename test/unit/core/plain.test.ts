import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalText, maxPlainValues, NotPlain, plain } from '../../../src/core/plain.ts';

const values = fc.anything({ withBigInt: true, withDate: true, maxDepth: 3, withNullPrototype: false });

describe('plain', () => {
  test('a later change of the original does not show', () => {
    const original = { list: [{ amount: 1 }], at: new Date(0), bytes: Uint8Array.of(1) };
    const copy = plain(original);
    original.list[0]!.amount = 2;
    original.at.setTime(1);
    original.bytes[0] = 2;
    expect(copy).toEqual({ list: [{ amount: 1 }], at: new Date(0), bytes: Uint8Array.of(1) });
  });

  test('what cannot be compared is left out, what can be enumerated is', () => {
    class Row {
      id = 1;
      method = (): number => this.id;
    }
    expect(plain(new Row())).toStrictEqual({ id: 1 });
    expect(plain(new Map([['a', 1]]))).toEqual([['a', 1]]);
    expect(plain(new Set([1, 2]))).toEqual([1, 2]);
    expect(plain(Buffer.from([1, 2]))).toStrictEqual(Uint8Array.of(1, 2));
  });

  test('a value that contains itself ends', () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(plain(loop)).toStrictEqual({ self: '[circular, 1 up]' });
    const order: Record<string, unknown> = { id: 1 };
    order['customer'] = { name: 'alice', orders: [order, { id: 2, of: order }] };
    expect(plain(order)).toStrictEqual({
      id: 1,
      customer: { name: 'alice', orders: ['[circular, 3 up]', { id: 2, of: '[circular, 4 up]' }] },
    });
  });

  test('what is met twice but not inside itself is copied twice', () => {
    const day = { n: 1 };
    expect(plain({ from: day, to: day })).toStrictEqual({ from: { n: 1 }, to: { n: 1 } });
  });

  test('what is too large is refused, and not cut', () => {
    expect(() => plain(Array.from({ length: maxPlainValues + 1 }))).toThrow(NotPlain);
    expect(plain(Array.from({ length: 10_000 }))).toHaveLength(10_000);
    // Thirty levels of pairs, each twice the same object: as data it has a billion leaves.
    let pair: unknown = 0;
    for (let level = 0; level < 30; level += 1) pair = [pair, pair];
    expect(() => plain(pair)).toThrow(NotPlain);
    let chain: unknown = null;
    for (let level = 0; level < 100_000; level += 1) chain = { next: chain };
    expect(() => plain(chain)).toThrow(NotPlain);
  });

  test('an entity is what it says it is as JSON', () => {
    class Account {
      readonly balance = 10;
      readonly connection = { secret: Math.random() };
      toJSON(): unknown {
        return { balance: this.balance };
      }
    }
    expect(plain([new Account()])).toStrictEqual([{ balance: 10 }]);
    expect(plain(new URL('http://localhost/a'))).toBe('http://localhost/a');
    const itself = { a: 1, toJSON: (): unknown => itself };
    expect(plain(itself)).toStrictEqual({ a: 1 });
    expect(plain(new Date(0))).toStrictEqual(new Date(0));
  });

  test('values without properties of their own do not look alike', () => {
    class Refused extends Error {
      readonly seats = 2;
    }
    expect(plain(new Refused('full'))).toStrictEqual({ name: 'Error', message: 'full', seats: 2 });
    expect(plain([new Number(1), new String('a'), /a/g, Promise.resolve(1)])).toStrictEqual([
      1,
      'a',
      '/a/g',
      '[promise]',
    ]);
    expect(plain(Uint8Array.of(1).buffer)).toStrictEqual(Uint8Array.of(1));
  });

  test('a value that throws when it is read says so in its place', () => {
    const trap = {
      a: 1,
      get b(): number {
        throw new Error('no');
      },
    };
    expect(plain(trap)).toStrictEqual({ a: 1, b: '[cannot be read: no]' });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(plain([proxy])).toEqual([expect.stringMatching(/^\[cannot be read: .*revoked/)]);
    const deaf = { toJSON: (): never => { throw { toString: null }; } }; // prettier-ignore
    expect(plain(deaf)).toBe('[cannot be read: object]');
  });

  test('plain data stays as it is', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(plain(plain(value))).toStrictEqual(plain(value));
      }),
    );
  });
});

describe('canonicalText', () => {
  test('tells types apart', () => {
    const different = [
      undefined, null, true, 'true', 1, '1', 1n, '1n', [], {}, [1], ['1'], [[1]], { a: 1 }, { a: '1' }, { a: null },
      new Date(0), '1970-01-01T00:00:00.000Z', Uint8Array.of(1), 'bytes(01)', NaN, 'NaN', 'null', 'undefined',
      [undefined], [null], { 'a:1,b': 2 }, { a: 1, b: 2 },
    ]; // prettier-ignore
    expect(new Set(different.map(canonicalText)).size).toBe(different.length);
  });

  test('does not depend on the order of keys, nor on keys without a value', () => {
    expect(canonicalText({ b: 1, a: [2] })).toBe(canonicalText({ a: [2], b: 1, c: undefined }));
    expect(canonicalText(0)).toBe(canonicalText(-0));
  });

  test('equal texts mean equal values', () => {
    // Small values, so that equal pairs occur.
    const small = fc.anything({ maxDepth: 2, maxKeys: 2, withBigInt: true, withNullPrototype: false });
    fc.assert(
      fc.property(small, small, (a, b) => {
        const [one, two] = [plain(a), plain(b)];
        if (canonicalText(one) === canonicalText(two)) expect(normal(one)).toEqual(normal(two));
        else expect(normal(one)).not.toStrictEqual(normal(two));
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Zero has one sign here, unlike elsewhere. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normal(item)]));
  }
  return Object.is(value, -0) ? 0 : value;
}
