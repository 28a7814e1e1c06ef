/** What an operation leaves behind is named with the names that the database gave. */
import { expect, test } from 'vitest';
import type { Remnant } from '../../../src/core/remnant.ts';
import { keptRemark, madeRemark, remnantText } from '../../../src/report/remark-text.ts';

const remnant = (kind: Remnant['kind'], ...names: readonly string[]): Remnant => ({
  kind,
  names,
  shared: false,
});

test.each<readonly [Remnant, string]>([
  [remnant('open transaction'), 'an open transaction'],
  [remnant('advisory lock', '7', '8'), 'an advisory lock (7, 8)'],
  [remnant('channel', 'news'), 'a channel that it listens to (news)'],
  [remnant('transaction id'), 'a transaction’s id (xmin)'],
])('%j', (each, text) => {
  expect(remnantText(each)).toBe(text);
});

test('a remark names the operation and all its remnants', () => {
  const texts = [remnant('setting', 'search_path'), remnant('temporary table', 'basket')].map(remnantText);
  expect(keptRemark('shop', texts)).toMatch(
    /^shop leaves a setting \(search_path\) and a temporary table \(basket\) behind: /,
  );
});

test('values that the code makes are said once for each place, and not all of many', () => {
  const column = (name: string) => ({ kind: 'column', table: 'sessions', column: name }) as const;
  const login = { kind: 'result', operation: 'login' } as const;
  expect(madeRemark([login, column('token'), login, { kind: 'statement', operation: 'login' }])).toBe(
    'values that the code makes itself, by chance, are compared up to renaming: sessions.token, statements of login, ' +
      'the result of login',
  );
  expect(madeRemark('abcdefgh'.split('').map(column))).toMatch(/: sessions\.a, .*sessions\.f, 2 more$/);
});
