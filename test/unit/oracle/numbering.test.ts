/** Numbers of generated values are one-to-one, and a value that breaks this is uncontrolled. */
import { expect, test } from 'vitest';
import { Numbering } from '../../../src/oracle/numbering.ts';
import { Uncontrolled } from '../../../src/oracle/uncontrolled.ts';

const name = (text: string, twin: string): { readonly text: string; readonly twin: string } => ({
  text,
  twin,
});

test('a value keeps its number, and no other value or container has it', () => {
  const numbering = new Numbering();
  expect([
    numbering.numberOf(name('a1', 'b1')),
    numbering.next(),
    numbering.numberOf(name('a2', 'b2')),
    numbering.numberOf(name('a1', 'b1')),
  ]).toEqual([0, 1, 2, 0]);
});

test('one value in one execution is not two in the other', () => {
  const numbering = new Numbering();
  numbering.numberOf(name('a1', 'b1'));
  expect(() => numbering.numberOf(name('a1', 'b2'))).toThrow(Uncontrolled);
  expect(() => numbering.numberOf(name('a2', 'b1'))).toThrow(
    expect.objectContaining({ first: 'a2, then b1', second: 'a1, then b1' }),
  );
});

test('a number that chance made is one-to-one as well', () => {
  const numbering = new Numbering();
  numbering.numberOf({ ...name('12345678', '87654321'), unique: true });
  expect(() => numbering.numberOf({ ...name('12345678', '11223344'), unique: true })).toThrow(Uncontrolled);
});

test('numbers of two sequences may be equal in one execution and not in the other', () => {
  const numbering = new Numbering();
  expect(numbering.numberOf(name('1000', '1840'))).toBe(0);
  expect(numbering.numberOf(name('1000', '1900'))).toBe(1);
  expect(numbering.numberOf(name('1000', '1840'))).toBe(0);
});
