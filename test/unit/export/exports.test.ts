/** The exact text of each export of one small race, and what cannot be exported. */
import { describe, expect, test } from 'vitest';
import type { Counterexample } from '../../../src/core/result.ts';
import { exportIsolation } from '../../../src/export/isolation.ts';
import { psqlRuntime } from '../../../src/export/psql-runtime.ts';
import { exportPsql } from '../../../src/export/psql.ts';
import { exportVitest } from '../../../src/export/vitest.ts';
import { faultOf } from '../../support/fault-of.ts';
import {
  accounts,
  call,
  done,
  lostUpdate,
  returned,
  setting,
  state,
  HistoryBuilder,
} from '../report/build.ts';

const schema = `
  create table accounts (name text primary key, balance integer not null)`;

describe('exact texts', () => {
  test('psql', async () => {
    const text = exportPsql(lostUpdate, schema);
    expect(text.endsWith(psqlRuntime)).toBe(true);
    await expect(text.slice(0, -psqlRuntime.length)).toMatchFileSnapshot('__golden__/lost-update.sh');
  });

  test('isolation', async () => {
    await expect(exportIsolation(lostUpdate, schema)).toMatchFileSnapshot('__golden__/lost-update.spec');
  });

  test('vitest', async () => {
    const text = exportVitest(lostUpdate, { specifier: '../models/bank.ts', exported: 'readThenWrite' });
    await expect(text).toMatchFileSnapshot('__golden__/lost-update.test.txt');
  });
});

function withHistory(built: HistoryBuilder, more: Partial<Counterexample> = {}): Counterexample {
  return { ...lostUpdate, history: built.history, ...more };
}

describe('psql', () => {
  test('each connection of a session is a window', () => {
    const built = new HistoryBuilder()
      .begin(1)
      .step(1, 'select 1', [], done('SELECT', 1), 0)
      .step(1, 'select 2', [], done('SELECT', 1), 2);
    const text = exportPsql(withHistory(built), schema);
    expect(text.match(/^window \S+/gm)).toEqual(['window s1_c0', 'window s1_c2']);
    expect(text).toContain('replies 2 s1_c2 00000 1');
  });

  test('what goes along without being a step, at the end too, is sent', () => {
    const built = new HistoryBuilder()
      .begin(1)
      .step(1, 'select 1', [], done('SELECT', 1))
      .free(1, 'set a to b')
      .returned(1);
    const text = exportPsql(withHistory(built), schema);
    expect(text).toContain(`step 2 s1 <<'SQL'\nset a to b;\nSQL\nreplies 2 s1 any any`);
    expect(text).toContain('steps=2\n');
  });

  test('a line that would end the input does not', () => {
    const built = new HistoryBuilder().begin(1).step(1, `select '\nSQL\n'`, [], done('SELECT', 1));
    expect(exportPsql(withHistory(built), schema)).toContain(`step 1 s1 <<'SQL_'\nselect '\nSQL\n';\nSQL_\n`);
  });

  test('no word of the model is read by the shell', () => {
    const promise = `$(touch x) \`touch y\` 'z'\ntouch z`;
    const answer = returned(`it's $HOME`);
    const built = new HistoryBuilder()
      .begin(1)
      .step(1, 'select 1', [], done('SELECT', 1))
      .returned(1, answer);
    const text = exportPsql(withHistory(built, { promise }), schema);
    expect(text).toContain(String.raw`returned 's1 deposit(5) returned "it'\''s $HOME"'`);
    expect(text).not.toMatch(/^touch/m);
  });

  test('triggers do not change the starting rows', () => {
    const text = exportPsql(
      lostUpdate,
      `${schema}; create trigger t before insert on accounts execute function f()`,
    );
    expect(text).toContain('begin;\nalter table public."accounts" disable trigger user;\ninsert into');
    expect(text).toContain('\nalter table public."accounts" enable trigger user;\ncommit;\n');
  });

  test('sequences are set if there are any, or if it is not known', () => {
    expect(exportPsql(lostUpdate, schema)).not.toContain('setval');
    const observed = {
      answers: lostUpdate.answers,
      state: { ...accounts(), sequences: { a_seq: '1001,t' } },
    };
    const violation = { kind: 'invariant', name: 'i', complaint: 'c', observed } as const;
    expect(exportPsql({ ...lostUpdate, violation }, schema)).toContain('perform setval');
  });

  test('found on PGlite: it says what differs', () => {
    const text = exportPsql({ ...lostUpdate, setting: { ...setting, driver: 'pglite' } }, schema);
    expect(text).toContain(
      '# The race was found on PGlite, where an open transaction makes all other sessions wait',
    );
  });
});

describe('isolation', () => {
  test('no block holds a closing brace but its own', () => {
    const built = new HistoryBuilder()
      .begin(1)
      .step(1, `select '{}', E'\\\\}\\}', $$it's }$$, "a}" /* } */ -- }`, [], done('SELECT', 1))
      .step(1, 'select $1', [{ a: 1 }], done('SELECT', 1));
    const text = exportIsolation(withHistory(built), `create table t (a jsonb default '{}')`);
    for (const line of text.split('\n').filter((each) => /^(?:step|setup)\b.*\}$/.test(each)))
      expect(line.match(/\}/g)).toHaveLength(1);
    expect(text).toContain(
      String.raw`select E'{\x7d', E'\\\x7d\x7d', E'it''s \x7d', U&"a\007D" /* ) */ -- )`,
    );
    expect(text).toContain(String.raw`select E'{"a":1\x7d'; }`);
  });

  test('of a deadlock, the session that it ends looks for it first', () => {
    const victim = { kind: 'error', sqlstate: '40P01', constraint: undefined, message: 'deadlock' } as const;
    const built = new HistoryBuilder()
      .begin(1)
      .step(1, 'a', [], done('UPDATE', 1))
      .begin(2)
      .step(2, 'b', [], done('UPDATE', 1))
      .step(1, 'b', [])
      .blocked(1, 3, 2)
      .step(2, 'a', [], victim)
      .unblocked(1, 3, done('UPDATE', 1));
    const text = exportIsolation(withHistory(built), schema);
    expect(text).toMatch(/session s1\nsetup \{\n.*\nset deadlock_timeout to '100s';/);
    expect(text).toMatch(/session s2\nsetup \{\n.*\nset deadlock_timeout to '10ms';/);
    expect(text).toContain('permutation s1_1 s2_2 s1_3(s2_4) s2_4(*) end_1');
  });
});

describe('vitest', () => {
  test('a default export, and a model that is one of a list', () => {
    expect(exportVitest(lostUpdate, { specifier: './m.ts', exported: 'default' })).toContain(
      `import model from './m.ts';\n`,
    );
    const text = exportVitest(lostUpdate, { specifier: './m.ts', exported: undefined });
    expect(text).toContain(`import * as file from './m.ts';\n`);
    expect(text).toContain(`modelId(each) === 'bank-account/read-then-write'`);
  });

  test('no word of the model ends the comment', () => {
    const text = exportVitest({ ...lostUpdate, promise: 'a */ b' }, { specifier: './m.ts', exported: 'm' });
    expect(text.indexOf('*/')).toBe(text.indexOf('*/\nimport'));
  });
});

describe('what has no words in SQL', () => {
  const refused = async (counterexample: Counterexample) =>
    (await faultOf(async () => exportPsql(counterexample, schema))).detail;

  test('a wait outside the database', async () => {
    const waits = [
      { session: 0, operation: 0, where: 'outside', by: [] },
      { session: 1, operation: 0, where: 'database', by: [0] },
    ] as const;
    expect(await refused({ ...lostUpdate, violation: { kind: 'stuck', waits } })).toBe(
      's1 deposit(5) waits for something inside the process (a mutex, say), which a database client does not have',
    );
  });

  test('no statement at all', async () => {
    expect(await refused(withHistory(new HistoryBuilder()))).toMatch(/^its history has no statement/);
  });

  test('a history that was cut', async () => {
    expect(await refused(withHistory(new HistoryBuilder().begin(1).step(1, 'select 1')))).toBe(
      'step 1 has no reply in the saved history',
    );
  });

  test('more windows than a shell can hold', async () => {
    const built = new HistoryBuilder();
    for (let session = 1; session <= 8; session += 1)
      built.begin(session).step(session, 'select 1', [], done('SELECT', 1));
    const sessions = Array.from({ length: 8 }, () => [call('deposit', 1)]);
    const many = withHistory(built, { scenario: { rows: {}, sessions } });
    expect(await refused(many)).toBe(
      'it needs 8 connections at once, and a shell script can hold 7 psql windows',
    );
    expect(exportIsolation(many, schema)).toContain('session s8');
  });
});

test('a table outside public is named with its schema', () => {
  const observed = { answers: [], state: state({ 'audit.log': [['a b'], ['1']] }) };
  const violation = { kind: 'invariant', name: 'i', complaint: 'c', observed } as const;
  const text = exportPsql({ ...lostUpdate, violation }, schema);
  expect(text).toContain(`select "a b" from only "audit"."log";`);
});
