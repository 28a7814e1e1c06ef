import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { formatTable } from '../../../src/report/table.ts';

test('aligns columns, numbers on the right, wide characters by their width', () => {
  const table = formatTable(
    ['model', { heading: 'schedules', align: 'right' }, 'verdict'],
    [
      ['bank-account/read-then-write', '14', 'violated'],
      ['口座', '2,000', 'holds'],
      ['two\nlines', '0'],
    ],
  );
  expect(table).toMatchInlineSnapshot(`
    "model                         schedules  verdict
    ----------------------------  ---------  --------
    bank-account/read-then-write         14  violated
    口座                              2,000  holds
    two lines                             0"
  `);
});

test('a table without rows is its heading', () => {
  expect(formatTable(['a', 'bc'], [])).toBe('a  bc\n-  --');
  expect(formatTable([], [])).toBe('\n');
});

test('every line but for trailing blanks is as wide as the rule', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell)), (rows) => {
      const lines = formatTable(
        ['a', 'b', 'end'],
        rows.map((row) => [...row, '|']),
      ).split('\n');
      expect(lines).toHaveLength(rows.length + 2);
      const ends = lines.slice(2).map((line) => stringWidth(line.slice(0, line.lastIndexOf('|'))));
      expect(new Set(ends).size).toBeLessThanOrEqual(1);
    }),
  );
});
