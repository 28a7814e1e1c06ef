/** Races as applications have them: each is found, has a right name, and every report of it says what happened. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from '../../src/check/check.ts';
import type { Rows } from '../../src/core/model.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { outsideModels } from '../support/outside-models.ts';
import { expectTrueWords } from '../support/true-words.ts';

const engine = postgres();
// Keeps the server up from one check to the next.
beforeAll(() => engine.open().then(() => undefined));
afterAll(() => engine.close());

test.each(Object.entries(outsideModels))(
  '%s',
  async (_, { model, names, isolation, sessions = 2, scenario }) => {
    const calls = scenario?.map((list) => list.map((operation) => ({ operation, args: [] })));
    const result = await check(model, {
      engine,
      isolation: isolation ?? 'read committed',
      seed: 'outside',
      sessions,
      maxOperations: 2,
      numRuns: calls === undefined ? 60 : 1,
      ...(calls === undefined
        ? {}
        : { examples: [{ rows: model.rows as Rows, sessions: calls }], maxSchedules: 2_000 }),
      maxSchedulesPerShrink: 100,
    });
    expect(result.inconclusive).toBeUndefined();
    // A partition goes by the name of its table, which the statements name.
    expect(JSON.stringify(result.counterexample?.explanation)).not.toContain('_partition');
    expect(names).toContain(result.counterexample?.explanation?.anomaly.code);
    expectTrueWords(result);
  },
);
