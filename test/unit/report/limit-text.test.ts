/** Every cause of a limit has a sentence that names what is known of it. */
import { expect, test } from 'vitest';
import type { Backend, LimitCause } from '../../../src/core/limit-cause.ts';
import { limitCauseText } from '../../../src/report/limit-text.ts';

const backend: Backend = { pid: 4, state: 'active', waitsFor: undefined, stopped: false, blockers: [] };
const waiting: Backend = { ...backend, waitsFor: 'Lock transactionid' };
const migration = ['client backend', 'a migration', 'idle'];

const unanswered = (about: Backend | 'gone' | 'unknown', text = 'select  1'): LimitCause => ({
  kind: 'no-reply',
  statements: [{ session: 1, text, backend: about }],
});

test.each<readonly [LimitCause, string]>([
  [
    { kind: 'steps', steps: 12, unfinished: [0, 2], spinning: [] },
    '12 steps were taken and s1, s3 had not finished',
  ],
  [
    { kind: 'steps', steps: 12, unfinished: [0, 2], spinning: [2] },
    '12 steps were taken and s1, s3 had not finished; s3 got the same replies to the same statements again and again',
  ],
  [{ kind: 'connection' }, 'a connection of the code under test was not opened'],
  [
    {
      kind: 'outside',
      waiting: [
        { session: 0, operation: 'pay' },
        { session: 1, operation: 'mail' },
      ],
    },
    's1 in pay, s2 in mail wait for a timer, file or network outside the database',
  ],
  [
    { kind: 'client', waiting: [{ session: 1, operation: 'pay', lastLines: 'no paper' }] },
    'the program of s2 hangs: in pay it neither sends a statement nor answers; it last wrote to standard error:\nno paper',
  ],
  [unanswered('unknown'), 'the statement "select 1" of s2 has no reply, and the server does not say why'],
  [unanswered('gone'), 'the statement "select 1" of s2 has no reply: its backend is gone'],
  [
    unanswered({ ...backend, stopped: true }),
    'the statement "select 1" of s2 has no reply: its backend is stopped by a signal, in state active, ' +
      'waits for nothing that the server knows',
  ],
  [
    unanswered({
      ...waiting,
      blockers: [
        { pid: 5, facts: ['client backend'], session: 0 },
        { pid: 6, facts: migration },
        { pid: 7, facts: [] },
        { pid: 0, facts: [] },
      ],
    }),
    'the statement "select 1" of s2 has no reply: its backend is active, waits for Lock transactionid, is blocked by ' +
      's1 and another process (6: client backend, a migration, idle) and another process (7: gone) and ' +
      'a prepared transaction',
  ],
])('%j', (cause, text) => {
  expect(limitCauseText(cause)).toBe(text);
});

test('a long statement is cut, and several statements have a sentence each', () => {
  const text = limitCauseText({
    kind: 'no-reply',
    statements: [0, 1].map((session) => ({ session, text: `select ${'x'.repeat(200)}`, backend: 'gone' })),
  });
  const [first, second] = text.split('; ');
  expect(first).toBe(`the statement "select ${'x'.repeat(112)}…" of s1 has no reply: its backend is gone`);
  expect(second).toBe(first?.replace('s1', 's2'));
});
