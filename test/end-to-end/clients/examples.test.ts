/** The examples in other languages, and the web application: the faulty form is found and replayed, the other one holds. */
import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { check, formatResult, replay, type CheckOptions, type Model } from '../../../src/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { tags } from '../../../examples/django-get-or-create/tags.model.ts';
import { locked, reported } from '../../../examples/web-transfers/accounts.model.ts';
import { call } from './support.ts';

const engine = postgres();
afterAll(() => engine.close());

type Sessions = readonly (readonly ReturnType<typeof call>[])[];
const one = (sessions: Sessions): Pick<CheckOptions, 'engine' | 'numRuns' | 'examples'> => ({
  engine,
  numRuns: 1,
  examples: [{ rows: {}, sessions }],
});

/** Whether a program can be run here with what it needs; CI installs these. */
const isMissing = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status !== 0;

async function expectFound(
  model: Model,
  sessions: Sessions,
  options: Partial<CheckOptions> = {},
): Promise<string> {
  const result = await check(model, { ...one(sessions), certify: false, ...options });
  expect(result.verdict).toBe('violated');
  const again = await replay(model, result.counterexample?.replay ?? '', { engine, times: 20 });
  expect(again.exploration.inconclusive).toBeUndefined();
  expect(again.counterexample?.violation).toEqual(result.counterexample?.violation);
  return formatResult(result);
}

async function expectHolds(
  model: Model,
  sessions: Sessions,
  options: Partial<CheckOptions> = {},
): Promise<void> {
  const result = await check(model, { ...one(sessions), ...options });
  expect(result.verdict).toBe('holds');
  expect(result.coverage.exhaustive).toBe(1);
}

describe('a web application tested through its routes', () => {
  const sessions = [[call('deposit', 5)], [call('close')]];

  test('money comes onto an account as it is closed', async () => {
    const text = await expectFound(reported, sessions);
    expect(text).toContain('update accounts set closed = true');
    expect(text).toContain('= {status: 200, body: {closed: true}}');
  });

  test('not with the row locked', () => expectHolds(locked, sessions));
});

describe.skipIf(isMissing('/usr/bin/python3', '-c', 'import django, psycopg2'))(
  'Django (python3-django, python3-psycopg2)',
  () => {
    const red = [call('getOrCreate', 'red')];

    test('its get_or_create holds at read committed', () => expectHolds(tags, [red, red]));

    test('at repeatable read an IntegrityError comes out of it, shown with the SQL of Django', async () => {
      const text = await expectFound(tags, [red, red], { isolation: 'repeatable read' });
      expect(text).toContain('SELECT "tags"."id", "tags"."name"');
      expect(text).toContain('23505');
    });
  },
);
