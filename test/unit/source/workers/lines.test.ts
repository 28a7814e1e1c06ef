import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader, longestLine } from '../../../../src/source/workers/lines.ts';

test('chunks of any size give the same lines', () => {
  const cut = fc.tuple(
    fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''))),
    fc.array(fc.nat(50)),
  );
  fc.assert(
    fc.property(cut, ([lines, sizes]) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const reader = new LineReader();
      const read: string[] = [];
      let from = 0;
      for (const size of [...sizes, bytes.length]) {
        read.push(...(reader.read(bytes.subarray(from, from + size)) ?? []));
        from += size;
      }
      expect(read).toEqual(lines);
    }),
  );
});

test('a line is as long as it may be, and no longer', () => {
  const part = Buffer.alloc(longestLine / 2, 'x');
  const reader = new LineReader();
  expect([reader.read(part), reader.read(part)]).toEqual([[], []]);
  expect(reader.read(Buffer.from('x'))).toBeUndefined();
});
