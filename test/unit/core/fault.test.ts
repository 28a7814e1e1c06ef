import { expect, test } from 'vitest';
import { Fault, formatFault, messageOf } from '../../../src/core/fault.ts';

test('a fault reads like a Postgres error', () => {
  const fault = new Fault('there is no model', {
    code: 'no-such-model',
    kind: 'usage',
    detail: 'a',
    hint: 'b',
  });
  expect(formatFault(fault)).toBe('error: there is no model\nDETAIL: a\nHINT: b');
  expect(formatFault(new Fault('short', { code: 'x', kind: 'engine' }))).toBe('error: short');
});

test('anything that was thrown has a message', () => {
  expect([messageOf(new Error('a')), messageOf('b'), messageOf(undefined)]).toEqual(['a', 'b', 'undefined']);
});
