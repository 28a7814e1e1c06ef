import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { cutSql } from '../../../src/report/cut-sql.ts';

test.each<[number, string, string]>([
  [60, 'select … from accounts', 'select … from accounts'],
  [40, "select … from accounts where name = 'alice' for update", 'select … from accounts… for update'],
  [24, "select … from accounts where name = 'alice' for update", 'select … for update'],
  [30, "select … from accounts where name = 'alice'", 'select … from accounts…'],
  [30, "update accounts set balance = 17 where name = 'alice'", 'update … set balance = 17…'],
  [16, "update accounts set balance = 17 where name = 'alice'", 'update accounts…'],
  [30, "insert into tags … values ('sky', 'gray')", 'insert into tags …'],
  [36, "insert into tags … values ('sky', 'gray')", "insert into tags … values ('sky'…"],
  [30, 'select pg_advisory_xact_lock(hashtext(7))', 'select pg_advisory_xact_lock…'],
  [26, 'select pg_advisory_xact_lock(hashtext(7))', 'pg_advisory_xact_lock…'],
  [4, 'rollback to savepoint creation', 'rol…'],
])('in %i columns: %s', (width, text, expected) => {
  expect(cutSql(text, width)).toBe(expected);
});

test('never wider than the room, and no name or number is parted if a whole one has room', () => {
  const word = fc.constantFrom(
    'select',
    'update',
    'accounts',
    'set',
    'balance',
    '=',
    '17',
    "'al ice'",
    '(',
    ')',
    ',',
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 1, max: 60 }), (words, width) => {
      const text = words.join(' ');
      const cut = cutSql(text, width);
      expect(stringWidth(cut)).toBeLessThanOrEqual(width);
      if (cut === text || width < 12) return;
      const parts = cut.split('…').flatMap((part) => part.trim().split(' '));
      for (const part of parts.filter((each) => /^\w+$/.test(each))) expect(words).toContain(part);
    }),
  );
});
