import { describe, expect, test } from 'vitest';
import type { SearchOptions } from '../../../src/check/options.ts';
import { strategyNames } from '../../../src/search/strategies.ts';
import { resolveOptions } from '../../../src/check/resolve-options.ts';
import { numericSeed } from '../../../src/check/seed.ts';
import { lockstepProperty } from '../../../src/check/property.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { faultOf } from '../../support/fault-of.ts';
import { account, addInPlace } from '../../support/models.ts';

const engine = postgres();
const onlyOfCheck = new Set(['lanes', 'numRuns', 'maxSchedulesPerNeighbour', 'maxSchedulesToCertify']);

describe('an option that cannot be', () => {
  test.each([
    ['engine', { engine: undefined }, 'a driver'],
    ['engine', { engine: 'postgres' }, 'a driver'],
    ['isolation', { isolation: 'read uncommitted' }, '"read committed", "repeatable read", "serializable"'],
    ['order', { order: 'any' }, '"session", "real-time", "free"'],
    ['strategy', { strategy: 'dfs' }, '"automatic", "exhaustive", "random", "pct", "urw", "pos"'],
    ['sessions', { sessions: 0 }, 'a whole number from 1'],
    ['sessions', { sessions: 1.5 }, 'a whole number from 1'],
    ['sessions', { sessions: { min: 3, max: 2 } }, 'min not above max'],
    ['maxOperations', { maxOperations: 0 }, 'a whole number from 1'],
    ['lanes', { lanes: 0 }, 'a whole number from 1'],
    ['numRuns', { numRuns: -1 }, 'a whole number from 1'],
    ['numRuns', { numRuns: NaN }, 'a whole number from 1'],
    ['maxSchedules', { maxSchedules: 0 }, 'a whole number from 1'],
    ['maxSchedulesPerShrink', { maxSchedulesPerShrink: 0 }, 'a whole number from 1'],
    ['maxSchedulesPerNeighbour', { maxSchedulesPerNeighbour: 0 }, 'a whole number from 1'],
    ['maxSchedulesToCertify', { maxSchedulesToCertify: 1.5 }, 'a whole number from 1'],
  ])('%s: %j', async (name, change, takes) => {
    const options = { engine, ...change } as unknown as SearchOptions;
    const fault = await faultOf(() => resolveOptions(options));
    expect(fault).toMatchObject({
      code: 'bad-option',
      kind: 'usage',
      message: `option ${name} takes ${takes}`,
    });
    // The property says so at once, before anything is run.
    if (!onlyOfCheck.has(name))
      expect((await faultOf(() => lockstepProperty(account(addInPlace), options))).message).toBe(
        fault.message,
      );
  });
});

test('defaults', () => {
  expect(resolveOptions({ engine })).toMatchObject({
    isolation: 'read committed',
    order: 'session',
    strategy: 'automatic',
    minSessions: 2,
    maxSessions: 3,
    maxOperations: 2,
    numRuns: 20,
    maxSchedules: 200,
    maxSchedulesPerShrink: 200,
    certify: true,
    maxSchedulesPerNeighbour: 2_000,
    maxSchedulesToCertify: 10_000,
  });
  expect(resolveOptions({ engine, shrink: false }).certify).toBe(false);
  expect(resolveOptions({ engine, shrink: false, certify: true }).certify).toBe(true);
  expect(resolveOptions({ engine, sessions: 4, maxSchedules: 7 })).toMatchObject({
    minSessions: 4,
    maxSessions: 4,
    maxSchedulesPerShrink: 7,
  });
});

test('executions are observed for strategies that learn from them, unless that is switched off', () => {
  const observed = strategyNames.filter((strategy) => resolveOptions({ engine, strategy }).reduction);
  expect(observed).toEqual(['automatic', 'exhaustive', 'pos']);
  expect(resolveOptions({ engine, strategy: 'pos', reduction: false }).reduction).toBe(false);
});

test('seeds: numbers stay, texts are hashed, and the hash never changes', () => {
  expect(numericSeed(42)).toBe(42);
  expect(numericSeed('nightly-2026-11-22')).toBe(numericSeed('nightly-2026-11-22'));
  expect(numericSeed('nightly-2026-11-22')).not.toBe(numericSeed('nightly-2026-11-23'));
  expect(numericSeed('nightly-2026-11-22')).toMatchInlineSnapshot(`1772017267`);
});
