/** What an operation leaves behind is named with the names that the database gave. */
import { expect, test } from 'vitest';
import type { Remnant } from '../../../src/core/remnant.ts';
import { keptRemark, remnantText } from '../../../src/report/remark-text.ts';

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
