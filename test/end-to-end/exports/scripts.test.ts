/**
 * Exported scripts and specifications, run with psql and isolationtester: the same statements wait, every reply is
 * that of the history, and the tables end as they did.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../../src/check/check.ts';
import type { IsolationLevel } from '../../../src/core/isolation.ts';
import { modelId, type Model } from '../../../src/core/model.ts';
import type { Counterexample } from '../../../src/core/result.ts';
import type { Database, Driver } from '../../../src/driver/contract.ts';
import { pglite } from '../../../src/driver/pglite/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { exportIsolation } from '../../../src/export/isolation.ts';
import { exportPsql } from '../../../src/export/psql.ts';
import { blocksOf } from '../../docs/blocks.ts';
import { lostUpdate } from '../../unit/report/build.ts';
import { models, onPostgres, type Case } from '../replay-suite.ts';
import { awkward, deadlock } from './awkward.ts';
import {
  environment,
  isolationtester,
  psqlFolder,
  run,
  withDatabase,
  withoutPsql,
  withoutTester,
  type Ended,
} from './programs.ts';
import { expectAsRecorded, readIsolationtester, readPsql } from './transcripts.ts';

const accountsSchema = 'create table accounts (name text primary key, balance integer not null)';
const engine = postgres();
const embedded = pglite();
const folder = mkdtempSync(join(tmpdir(), 'lockstep-export-test-'));
let database: Database;
beforeAll(async () => {
  database = await engine.open();
});
afterAll(async () => {
  await Promise.all([engine.close(), embedded.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** The first level at which each reported variant fails, and each whose sessions wait in the database. */
const cases: readonly Case[] = [
  ...onPostgres.filter(
    ({ model }, index) =>
      (model.kind === 'reported' || /advisory-lock|lock-in-replace/.test(model.variant ?? '')) &&
      model.name !== 'mutex-and-row-lock' &&
      onPostgres.findIndex((each) => each.model === model) === index,
  ),
  { model: awkward, isolation: 'read committed' },
  { model: deadlock, isolation: 'read committed' },
];
const embeddedCases: readonly Case[] = models
  .filter((model) =>
    ['post-report/autocommit-writer', 'revision-history/no-constraint'].includes(modelId(model)),
  )
  .map((model) => ({ model, isolation: 'read committed' }));

const known = new Map<string, Promise<Counterexample>>();

function counterexampleOf(driver: Driver, model: Model, isolation: IsolationLevel): Promise<Counterexample> {
  const key = `${driver.kind} ${modelId(model)} ${isolation}`;
  const found = known.get(key) ?? find(driver, model, isolation);
  known.set(key, found);
  return found;
}

async function find(driver: Driver, model: Model, isolation: IsolationLevel): Promise<Counterexample> {
  const options = {
    engine: driver,
    isolation,
    seed: 2026,
    sessions: 2,
    numRuns: 60,
    maxSchedulesPerShrink: 50,
  };
  const { counterexample } = await check(model, options);
  if (counterexample === undefined) throw new Error('no race was found');
  return counterexample;
}

/** Sessions of the awkward model have a window for each of their connections. */
function windowsOf(model: Model): ((session: number, connection: number) => string) | undefined {
  return model === awkward ? (session, connection) => `s${session + 1}_c${connection}` : undefined;
}

const all = [
  ...cases.map(({ model, isolation }) => ['postgres', modelId(model), isolation, model] as const),
  ...embeddedCases.map(({ model, isolation }) => ['pglite', modelId(model), isolation, model] as const),
];
const driverOf = (kind: string): Driver => (kind === 'pglite' ? embedded : engine);

async function runScript(text: string, env: Record<string, string> = {}): Promise<Ended> {
  const file = join(folder, 'race.sh');
  writeFileSync(file, text);
  return run('sh', [file], '', { ...environment(database), LOCKSTEP_WAIT_S: '20', ...env });
}

test('there are cases, and some of them wait', async () => {
  expect(cases.length).toBe(12);
  expect(embeddedCases).toHaveLength(2);
  const { history } = await counterexampleOf(engine, deadlock, 'read committed');
  expect(history.some(({ kind }) => kind === 'blocked')).toBe(true);
});

describe.skipIf(psqlFolder === undefined)(psqlFolder === undefined ? withoutPsql : 'psql', () => {
  test.each(all)('%s: %s at %s', async (kind, _, isolation, model) => {
    const counterexample = await counterexampleOf(driverOf(kind), model, isolation);
    const { code, output } = await runScript(exportPsql(counterexample, model.schema));
    expect(output).toContain('== as recorded: all');
    expect(code).toBe(0);
    expectAsRecorded(readPsql(output), counterexample, windowsOf(model));
    // The reader of a transcript is told what each operation returned, and what was wrong with it.
    expect(output.match(/^== s\d .* (?:returned|failed with) /gm)).toHaveLength(
      counterexample.answers.flat().length,
    );
    expect(output).toContain('== observed   ');
  });

  test('the transcript in the guide', async () => {
    const { output } = await runScript(exportPsql(lostUpdate, accountsSchema));
    const shown = blocksOf('docs/exports.md', new URL('../../../', import.meta.url)).find(({ info }) =>
      info['not-run']?.startsWith('a part of the transcript'),
    );
    expect(shown?.text).toContain('waits for s1');
    expect(output).toContain(shown?.text);
  });

  test('its database is gone afterwards', async () => {
    const { output } = await run(
      'psql',
      ['-X', '-At', '-c', 'select datname from pg_database'],
      '',
      environment(database),
    );
    expect(output).toContain('template0');
    expect(output).not.toContain('lockstep_export');
  });

  test('mended code: the script says what differs, and fails', async () => {
    const faulty = onPostgres.find(
      ({ model }) => modelId(model) === 'branch-create/unique-constraint-unmapped',
    );
    if (faulty === undefined) throw new Error('the model is gone');
    const counterexample = await counterexampleOf(engine, faulty.model, 'read committed');
    const { code, output } = await runScript(
      exportPsql(counterexample, faulty.model.schema.replace('add unique (name)', 'add unique (id, name)')),
    );
    expect(output).toContain('== DIFFERS: SQLSTATE 00000; recorded: 23505');
    expect(output).toContain('== NOT as recorded: ');
    expect(code).toBe(1);
  });

  test('a step that waits although it did not is given up, and nothing is left behind', async () => {
    const counterexample = await counterexampleOf(engine, deadlock, 'read committed');
    // Whoever is to be ended by the deadlock looks for it last: then nobody ends.
    const text = exportPsql(counterexample, deadlock.schema).replaceAll(`'10ms'`, `'100s'`);
    const { code, output } = await runScript(text, { LOCKSTEP_WAIT_S: '1' });
    expect(output).toMatch(
      /has no reply within 1 s \(LOCKSTEP_WAIT_S\): it waits for a lock of another window/,
    );
    expect(code).toBe(1);
    const left = await run(
      'psql',
      ['-X', '-At', '-c', 'select datname from pg_database'],
      '',
      environment(database),
    );
    expect(left.output).not.toContain('lockstep_export');
  });

  test('the text for people has every step, and needs no server', async () => {
    const counterexample = await counterexampleOf(engine, deadlock, 'read committed');
    const file = join(folder, 'race.sh');
    writeFileSync(file, exportPsql(counterexample, deadlock.schema));
    const { code, output } = await run('sh', [file, '--text'], '', {
      PATH: '/usr/bin:/bin',
      PGHOST: '/nowhere',
    });
    expect(code).toBe(0);
    expect(output).toContain(
      `3. Window s1:\n\n    update stocks set pieces = pieces + 1 where id = '1';\n\n   this waits for s2\n`,
    );
    expect(output).toContain(
      '   window s2: error 40P01\n   now step 3 in window s1 goes on\n   window s1: 1 row\n',
    );
    expect(output.match(/^\d+\. Window/gm)).toHaveLength(6);
  });
});

describe.skipIf(isolationtester === undefined)(
  isolationtester === undefined ? withoutTester : 'isolationtester',
  () => {
    test.each(all)('%s: %s at %s', async (kind, _, isolation, model) => {
      const counterexample = await counterexampleOf(driverOf(kind), model, isolation);
      const spec = exportIsolation(counterexample, model.schema);
      const env = environment(database);
      const { code, output } = await withDatabase('races', env, () =>
        run(isolationtester ?? '', ['dbname=races'], spec, env),
      );
      expect(output).toContain('starting permutation: ');
      expect(code).toBe(0);
      if (!('observed' in counterexample.violation)) throw new Error('no tables');
      const told = readIsolationtester(output, Object.keys(counterexample.violation.observed.state.tables));
      expectAsRecorded(told, counterexample, windowsOf(model), 'isolationtester');
    });
  },
);
