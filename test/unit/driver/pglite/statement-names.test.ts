import { expect, test } from 'vitest';
import { StatementNames } from '../../../../src/driver/pglite/statement-names.ts';
import { serialize } from './wire.ts';

const values = ['a', null];

test('every message that names a statement gets the longer name, and stays well-formed', () => {
  const names = new StatementNames(7);
  const pairs: [Buffer, Buffer][] = [
    [serialize.parse({ name: 'é', text: 'select $1' }), serialize.parse({ name: 'c7:é', text: 'select $1' })],
    [
      serialize.bind({ statement: 'é', portal: 'p', values }),
      serialize.bind({ statement: 'c7:é', portal: 'p', values }),
    ],
    [serialize.describe({ type: 'S', name: 'é' }), serialize.describe({ type: 'S', name: 'c7:é' })],
    [serialize.close({ type: 'S', name: 'é' }), serialize.close({ type: 'S', name: 'c7:é' })],
  ];
  for (const [given, expected] of pairs) expect(names.rename(given)).toEqual(expected);
});

test('messages without a statement name pass as they are', () => {
  const names = new StatementNames(7);
  for (const message of [
    serialize.parse({ text: 'select 1' }),
    serialize.bind({ portal: 'p', values }),
    serialize.describe({ type: 'P', name: 'p' }),
    serialize.close({ type: 'P', name: 'p' }),
    serialize.query('select 1'),
    serialize.sync(),
  ]) {
    expect(names.rename(message)).toBe(message);
  }
});

test('knows what is open', () => {
  const names = new StatementNames(7);
  names.rename(serialize.parse({ name: 'a', text: '' }));
  names.rename(serialize.parse({ name: 'b', text: '' }));
  names.rename(serialize.close({ type: 'S', name: 'a' }));
  expect(names.open).toEqual(['c7:b']);
});

test('long names that differ only at the end stay different, within the 63 bytes that Postgres keeps', () => {
  const names = new StatementNames(7);
  for (const last of ['a', 'b']) names.rename(serialize.parse({ name: 'x'.repeat(62) + last, text: '' }));
  expect(new Set(names.open.map((name) => name.slice(0, 63))).size).toBe(2);
});
