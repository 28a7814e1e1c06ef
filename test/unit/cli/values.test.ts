/** Single values, as texts of the command line and as values of a file. */
import { describe, expect, test } from 'vitest';
import * as values from '../../../src/cli/values.ts';
import { isolationLevels } from '../../../src/core/isolation.ts';
import { faultOf } from '../../support/fault-of.ts';

const { oneOf: _, ...single } = values;
const readers: Readonly<Record<string, values.Reader<unknown> | undefined>> = single;

type Case = readonly [reader: string, value: unknown, read: unknown];

describe('is read', () => {
  test.each<Case>([
    ['text', 'a b', 'a b'],
    ['output', 'out.json', 'out.json'],
    ['output', '/dev/stdout', '-'],
    ['output', '/proc/self/fd/1', '-'],
    ['yesOrNo', false, false],
    ['wholeNumber', '12', 12],
    ['wholeNumber', 12, 12],
    ['texts', 'a, b', ['a', 'b']],
    ['texts', ['a', 'b,c'], ['a', 'b', 'c']],
    ['kinds', 'mended,reported', ['mended', 'reported']],
    ['levels', 'rc,RR', ['read committed', 'repeatable read']],
    ['levels', 'read-committed,repeatable_read', ['read committed', 'repeatable read']],
    ['levels', ['ser'], ['serializable']],
    ['levels', 'rc,all', isolationLevels],
    ['engines', 'all', ['postgres', 'pglite']],
    ['engines', 'pglite', ['pglite']],
    ['order', 'real-time', 'real-time'],
    ['strategy', 'pct', 'pct'],
    ['sessions', '3', { min: 3, max: 3 }],
    ['sessions', 3, { min: 3, max: 3 }],
    ['sessions', '2-4', { min: 2, max: 4 }],
    ['sessions', { min: 2, max: 4 }, { min: 2, max: 4 }],
    ['seed', '-5', -5],
    ['seed', 7, 7],
    ['seed', 'nightly', 'nightly'],
    ['seed', '1234567890123456', '1234567890123456'],
    ['duration', '90', 90_000],
    ['duration', 60, 60_000],
    ['duration', '1.5s', 1_500],
    ['duration', '500ms', 500],
    ['duration', '2 min', 120_000],
    ['duration', '1h', 3_600_000],
  ])('%s %j', (reader, value, read) => {
    expect(readers[reader]?.(value, '--x')).toEqual(read);
  });
});

describe('is refused, with what is taken', () => {
  test.each<Case>([
    ['text', '', '--x takes a text, not ""'],
    ['text', 5, '--x takes a text, not 5'],
    ['yesOrNo', 'yes', '--x takes true or false, not "yes"'],
    ['wholeNumber', '0', '--x takes a whole number from 1, not "0"'],
    ['wholeNumber', 1.5, '--x takes a whole number from 1, not 1.5'],
    ['wholeNumber', '1e3', '--x takes a whole number from 1, not "1e3"'],
    ['texts', 'a,,b', '--x takes a list of names, not "a,,b"'],
    ['kinds', 'good', '--x takes reported, tempting, mended, not "good"'],
    ['levels', 'snapshot', 'takes "read committed", "repeatable read", "serializable", all, not "snapshot"'],
    ['engines', 'mysql', '--x takes postgres, pglite or all, not "mysql"'],
    ['order', 'any', '--x takes session, real-time or free, not "any"'],
    ['sessions', '4-2', 'or two of them as in 2-4, not "4-2"'],
    ['sessions', '2-3-4', 'or two of them as in 2-4, not "2-3-4"'],
    ['sessions', { min: 0, max: 1 }, 'or two of them as in 2-4, not {"min":0,"max":1}'],
    ['seed', '', '--x takes a whole number or a text, not ""'],
    ['seed', 1.5, '--x takes a whole number or a text, not 1.5'],
    ['duration', 'soon', '--x takes a time such as 90s, 5m or 1h, not "soon"'],
    ['duration', '0', '--x takes a time such as 90s, 5m or 1h, not "0"'],
  ])('%s %j', async (reader, value, message) => {
    const fault = await faultOf(() => readers[reader]?.(value, '--x'));
    expect(fault).toMatchObject({ code: 'bad-option', kind: 'usage' });
    expect(fault.message).toContain(message);
  });
});
