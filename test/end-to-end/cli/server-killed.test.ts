/** A server that dies in the middle of a check: exit code 4, as for one that is not there, after a second try. */
import { expect, test } from 'vitest';
import { fixture, lockstep } from './lockstep.ts';

test('a server that dies is an error, after a second try on another one', async () => {
  const { code, stderr } = await lockstep(['check', fixture('server-killer.ts'), '--runs', '1']);
  expect(stderr.match(/trying it once more/g)).toHaveLength(1);
  expect(stderr).toContain('error: the connection to the Postgres server was lost');
  expect(code).toBe(4);
});
