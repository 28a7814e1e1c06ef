/** Certificates of small models, on a real Postgres. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { certificateText, readCertificate, seal } from '../../../src/certify/certificate.ts';
import { certify } from '../../../src/certify/certify.ts';
import { checkCertificate, majorOf } from '../../../src/certify/check-certificate.ts';
import type { CertifyOptions } from '../../../src/certify/options.ts';
import type { Certificate } from '../../../src/core/certificate.ts';
import { operation } from '../../../src/core/define-model.ts';
import { replay } from '../../../src/check/replay.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { faultOf } from '../../support/fault-of.ts';
import { account, addInPlace, modelOf, readThenWrite } from '../../support/models.ts';

const engine = postgres();
const source = import.meta.url;
const small = { engine, source, sessions: 2, operations: 1 };
const model = account(addInPlace);

afterAll(() => engine.close());

/** Sealed again, so that only the change itself can be noticed. */
function changed(certificate: Certificate, change: Partial<Certificate>): Certificate {
  const { digest: _, ...claim } = { ...certificate, ...change };
  return seal(claim);
}

describe('a model that holds', () => {
  let certificate: Certificate;

  beforeAll(async () => {
    const { certificate: made, result } = await certify(model, { ...small, operations: 2 });
    expect(result.verdict).toBe('holds');
    if (made === undefined) throw new Error('it was certified');
    certificate = made;
  });

  test('says how much was covered', () => {
    // deposit(1) and deposit(2); two updates of one row, in either order, which is all that two sessions can do.
    expect(certificate).toMatchObject({
      setting: {
        model: 'account',
        driver: 'postgres',
        isolation: 'read committed',
        granularity: 'statement',
      },
      asked: { sessions: 2, operations: 2, values: 2 },
      arguments: { deposit: [{ taken: [1, 2], known: 9, all: false }] },
      covered: [
        { sessions: 2, operations: 1, scenarios: 3, schedules: 6, classes: 6 },
        // 2 lists of one call and 4 of two: 8 pairs of both kinds in 3 orders, 10 pairs of long ones in 6.
        { sessions: 2, operations: 2, scenarios: 18, schedules: 84, classes: 84 },
      ],
      left: [],
      scenarios: 21,
      schedules: 90,
      classes: 90,
    });
  });

  test('names what it does not cover, and what it rests on', () => {
    expect(certificate.notCovered).toContain(
      'scenarios of more than 2 sessions, or of more than 2 operations in a session',
    );
    expect(certificate.notCovered).toContain(
      'other values of argument 1 of deposit: 2 of at least 9 were taken',
    );
    expect(certificate.notCovered).toContain('switches within one statement');
    expect(certificate.assumed.join('\n')).toMatch(/steps that do not depend on each other/);
  });

  test('the same code gives the same file, byte for byte, and it fits its schema', async () => {
    const again = await certify(model, { ...small, operations: 2 });
    expect(certificateText(again.certificate ?? changed(certificate, {}))).toBe(certificateText(certificate));
    const schema = JSON.parse(
      readFileSync(new URL('../../../docs/certificate.schema.json', import.meta.url), 'utf8'),
    );
    const validate = new Ajv2020({ strict: false }).compile(schema);
    validate(JSON.parse(certificateText(certificate)));
    expect(validate.errors ?? []).toEqual([]);
  });

  test('is read back, unless it was changed by hand', async () => {
    expect(readCertificate(JSON.parse(certificateText(certificate)))).toEqual(certificate);
    const bettered = { ...certificate, scenarios: 1_000_000 };
    expect(await faultOf(() => readCertificate(bettered))).toMatchObject({ code: 'bad-certificate' });
    expect(await faultOf(() => readCertificate({ ...certificate, schemaVersion: 2 }))).toMatchObject({
      detail: 'its schemaVersion is 2, this release reads 1',
    });
    expect(await checkCertificate(model, bettered, small)).toMatchObject({ valid: false });
  });

  test('is valid as long as nothing changes, searched again or not', async () => {
    expect(await checkCertificate(model, certificate, small)).toEqual({
      valid: true,
      changes: [],
      remarks: [],
      result: undefined,
    });
    const again = await checkCertificate(model, certificate, { ...small, recheck: true });
    expect(again).toMatchObject({ valid: true, changes: [] });
    expect(again.result?.coverage.scenarios).toBe(21);
    const part = await checkCertificate(model, certificate, {
      ...small,
      recheck: { sessions: 2, operations: 1 },
    });
    expect(part).toMatchObject({ valid: true });
    expect(part.result?.coverage.scenarios).toBe(3);
  });

  test('a changed release, schema, file, package or major version makes it red, and a minor version is remarked', async () => {
    const { setting, source: parts } = certificate;
    const check = (change: Partial<Certificate>) =>
      checkCertificate(model, changed(certificate, change), small);
    const withSchema = account(addInPlace, { schema: `${model.schema} -- changed` });
    expect((await checkCertificate(withSchema, certificate, small)).changes).toEqual(['the schema changed']);
    const files = parts.files.map((file, index) =>
      index === 0 ? { ...file, sha256: 'f'.repeat(64) } : file,
    );
    expect((await check({ source: { ...parts, files } })).changes).toEqual([
      `file ${files[0]?.name} changed`,
    ]);
    const packages = [...parts.packages, { name: 'gone', version: '1.0.0' }];
    expect((await check({ source: { ...parts, packages } })).changes).toEqual([
      'package gone is no longer imported',
    ]);
    expect((await check({ version: '0.0.9' })).changes).toEqual([
      `it was made by pg-lockstep 0.0.9, this is ${certificate.version}`,
    ]);
    const engineText = setting.engine;
    expect(await check({ setting: { ...setting, engine: 'postgres 9.6' } })).toMatchObject({
      valid: false,
      changes: [`it was made on postgres 9.6, and this is ${engineText}`],
    });
    const minor = `${majorOf(engineText)}.99`;
    expect(await check({ setting: { ...setting, engine: minor } })).toMatchObject({
      valid: true,
      remarks: [
        `it was made on ${minor}, and this is ${engineText}: nothing was searched on this minor version`,
      ],
    });
  });

  test('a changed verdict or count shows when it is searched again', async () => {
    const again = { ...small, recheck: true };
    const racy = await checkCertificate(account(readThenWrite), certificate, again);
    expect(racy).toMatchObject({ valid: false, changes: ['a violation was found'] });
    expect(racy.result?.counterexample?.replay).toMatch(/^v1:/);
    const covered = certificate.covered.map((size) => ({ ...size, classes: size.classes + 1 }));
    const counted = await checkCertificate(model, changed(certificate, { covered }), again);
    expect(counted.valid).toBe(false);
    expect(counted.changes[0]).toMatch(/^2x1 had 3 scenarios, 6 schedules, 7 classes.*now .* 6 classes/);
    const values = changed(certificate, { arguments: { deposit: [{ taken: [3], known: 9, all: false }] } });
    expect((await checkCertificate(model, values, again)).changes).toContain(
      'other values are taken for arguments or starting rows',
    );
  });
});

test('a violation is reported as check reports it, and nothing is certified', async () => {
  const racy = account(readThenWrite);
  const { certificate, result } = await certify(racy, small);
  expect(certificate).toBeUndefined();
  expect(result.verdict).toBe('violated');
  expect(result.counterexample?.minimality.fewerPreemptionsPass).toBe(true);
  const again = await replay(racy, result.counterexample?.replay ?? '', { engine });
  expect(again.counterexample).toBeDefined();
});

describe('a size that does not fit', () => {
  test('is left, with those that contain it, and the others are covered', async () => {
    const { certificate } = await certify(model, { engine, source, maxSchedulesPerSize: 84 });
    expect(certificate?.covered.map((size) => [size.sessions, size.operations, size.schedules])).toEqual([
      [2, 1, 6],
      [3, 1, 24],
      [2, 2, 84],
    ]);
    expect(certificate?.left).toEqual([{ sessions: 3, operations: 2, scenarios: 52, reason: 'schedules' }]);
    const fewer = await certify(model, { engine, source, maxSchedulesPerSize: 23 });
    expect(fewer.certificate?.covered.map((size) => size.schedules)).toEqual([6]);
    expect(fewer.certificate?.left).toEqual([
      { sessions: 3, operations: 1, scenarios: 4, reason: 'schedules' },
      { sessions: 2, operations: 2, scenarios: 18, reason: 'schedules' },
      { sessions: 3, operations: 2, scenarios: 52, reason: 'a smaller size does not fit' },
    ]);
  });

  test('is not searched up to the limit if its first scenarios show that it is far too large', async () => {
    // 3 sessions of 2 operations take some 1,500 schedules.
    let run = 0;
    const { certificate } = await certify(model, {
      engine,
      source,
      maxSchedulesPerSize: 500,
      onProgress: ({ schedules }) => (run = schedules),
    });
    expect(certificate?.left).toMatchObject([{ sessions: 3, operations: 2, reason: 'schedules' }]);
    expect(run - (certificate?.schedules ?? 0)).toBeGreaterThan(50);
    expect(run - (certificate?.schedules ?? 0)).toBeLessThan(250);
  });

  test('no size at all: no certificate and no verdict', async () => {
    const { certificate, result } = await certify(model, { ...small, maxSchedulesPerSize: 5 });
    expect(certificate).toBeUndefined();
    expect(result).toMatchObject({
      verdict: 'inconclusive',
      inconclusive: { kind: 'limit', limit: 'maxSchedulesPerSize' },
    });
    const late = await certify(model, { ...small, timeBudgetMs: 0.001 });
    expect(late.result.inconclusive).toMatchObject({ kind: 'limit', limit: 'timeBudgetMs' });
  });
});

test('sessions that meet inside the process: every interleaving is run, and counted', async () => {
  const shared = modelOf(
    'create table t (n int); insert into t values (0)',
    {
      add: async ({ client, shared }) => {
        shared.calls = (shared.calls ?? 0) + 1;
        await client.query('update t set n = n + 1');
      },
    },
    { shared: () => ({ calls: 0 }) },
  );
  const { certificate } = await certify(shared, small);
  // Two steps each, of which none is taken to commute: all six interleavings, and no step in the process is missed.
  expect(certificate?.covered).toMatchObject([{ scenarios: 1, schedules: 6, classes: 6 }]);
  expect(certificate?.assumed.join('\n')).toMatch(/meet inside the process/);
});

test('a model that shows nothing is not certified', async () => {
  const silent = modelOf('select 1', { nothing: async () => 1 });
  expect((await certify(silent, small)).result.inconclusive).toMatchObject({ kind: 'vacuous' });
  const failing = modelOf('select 1', { fails: ({ client }) => client.query('select 1/0') });
  expect(await faultOf(() => certify(failing, small))).toMatchObject({ code: 'operation-always-fails' });
});

test.each([
  ['source', { source: undefined }, 'the file that defines the model'],
  ['sessions', { sessions: 1 }, 'a whole number from 2'],
  ['operations', { operations: 0 }, 'a whole number from 1'],
  ['values', { values: 1.5 }, 'a whole number from 1'],
  ['maxSchedulesPerSize', { maxSchedulesPerSize: 0 }, 'a whole number from 1'],
])('option %s: %j is refused', async (name, change, takes) => {
  const options = { ...small, ...change } as unknown as CertifyOptions;
  expect(await faultOf(() => certify(model, options))).toMatchObject({
    code: 'bad-option',
    message: `option ${name} takes ${takes}`,
  });
});

test('values that JSON cannot carry are tagged', async () => {
  const dated = account(addInPlace, {
    operations: {
      deposit: operation({
        arguments: [fc.constant(1), fc.constant(new Date(0))],
        run: (session, amount, _date) => addInPlace(session, amount),
      }),
    },
  });
  const { certificate } = await certify(dated, small);
  expect(certificate?.arguments['deposit']?.[1]?.taken).toEqual([{ $date: '1970-01-01T00:00:00.000Z' }]);
  if (certificate === undefined) throw new Error('it was certified');
  expect(await checkCertificate(dated, certificate, { ...small, recheck: true })).toMatchObject({
    valid: true,
  });
});
