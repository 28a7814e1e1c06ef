/** Which of command line, configuration file and environment counts, and what is said of values that do not fit. */
import { describe, expect, test } from 'vitest';
import { resolveSettings } from '../../../src/cli/settings.ts';
import { faultOf } from '../../support/fault-of.ts';

const file = 'lockstep.config.json';
const env = { LOCKSTEP_SERVER: 'postgres://env', LOCKSTEP_STALL: '9s' };

test('without anything, the defaults', () => {
  expect(resolveSettings({}, undefined, {})).toMatchObject({
    models: ['models'],
    engine: ['postgres'],
    server: undefined,
    isolation: undefined,
    certificates: 'certificates',
    reports: 'reports',
    stall: 30_000,
  });
});

test('the command line counts before the file, the file before the environment', () => {
  const value = { server: 'postgres://file', stall: '20s' };
  expect(resolveSettings({}, undefined, env)).toMatchObject({ server: 'postgres://env', stall: 9_000 });
  expect(resolveSettings({}, { file, value }, env)).toMatchObject({
    server: 'postgres://file',
    stall: 20_000,
  });
  expect(resolveSettings({ server: 'postgres://line' }, { file, value }, env)).toMatchObject({
    server: 'postgres://line',
    stall: 20_000,
  });
});

test('an empty variable, and a key that is undefined, were not given', () => {
  expect(resolveSettings({}, undefined, { LOCKSTEP_SERVER: '' }).server).toBeUndefined();
  expect(resolveSettings({}, { file, value: { reports: undefined } }, {}).reports).toBe('reports');
});

test('--no-shrink counts before the file, and what was not typed does not', () => {
  const config = { file, value: { shrink: false, failOnWarnings: true } };
  expect(resolveSettings({}, config, {})).toMatchObject({ shrink: false, failOnWarnings: true });
  expect(resolveSettings({ shrink: false }, { file, value: { shrink: true } }, {}).shrink).toBe(false);
});

describe('a value that does not fit is called by the name that was used', () => {
  test.each([
    ['the command line', { runs: '0' }, undefined, {}, '--runs takes a whole number from 1, not "0"'],
    ['files', { models: '' }, undefined, {}, 'files takes a text, not ""'],
    ['the environment', {}, undefined, { LOCKSTEP_STALL: 'x' }, 'LOCKSTEP_STALL takes a time such as'],
  ])('%s', async (_, line, config, variables, message) => {
    const fault = await faultOf(() => resolveSettings(line, config, variables));
    expect(fault).toMatchObject({ code: 'bad-option', kind: 'usage' });
    expect(fault.message).toContain(message);
  });

  test.each([
    ['a flag', { runs: 0 }, '"runs" takes a whole number from 1, not 0'],
    ['a name of the library', { numRuns: 0 }, '"numRuns" takes a whole number from 1, not 0'],
    [
      'a name that is in milliseconds',
      { stepTimeoutMs: '7s' },
      '"stepTimeoutMs" takes a whole number from 1',
    ],
    ['an unknown key', { isolaton: 'rc' }, 'it has no setting "isolaton"'],
    ['one setting under both names', { runs: 1, numRuns: 2 }, '"runs" and "numRuns" are the same setting'],
    ['no object', [1], 'it must give an object'],
  ])('the file: %s', async (_, value, detail) => {
    const fault = await faultOf(() => resolveSettings({}, { file, value }, {}));
    expect(fault).toMatchObject({ code: 'bad-config', kind: 'usage' });
    expect(fault.detail).toContain(detail);
  });
});

test('a server that is named is for postgres', async () => {
  const config = { file, value: { engine: 'pglite' } };
  expect(resolveSettings({ server: 'postgres://x' }, config, {}).engine).toEqual(['postgres']);
  expect(
    (await faultOf(() => resolveSettings({ server: 'postgres://x', engine: 'pglite' }, undefined, {})))
      .message,
  ).toContain('--server is for postgres');
  expect(resolveSettings({ server: 'postgres://x', engine: 'all' }, undefined, {}).engine).toEqual([
    'postgres',
    'pglite',
  ]);
});

test('one report at most goes to stdout, whichever its name', async () => {
  expect(
    (await faultOf(() => resolveSettings({ json: '-', html: '/dev/stdout' }, undefined, {}))).message,
  ).toBe('only one report can go to stdout, not json and html');
});
