/** Verdicts that are known beforehand, of code as applications have it: the faulty is found, the mended is left alone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from '../../src/check/check.ts';
import type { Model } from '../../src/core/model.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { outsidePairs } from '../support/outside-pairs.ts';

const engine = postgres();
// Keeps the server up from one check to the next.
beforeAll(() => engine.open().then(() => undefined));
afterAll(() => engine.close());

test.each(Object.entries(outsidePairs))(
  '%s',
  async (_, { faulty, mended }) => {
    const verdictOf = async (model: Model): Promise<string> => {
      const search = { seed: 'outside', sessions: 2, numRuns: 15, maxSchedules: 40 };
      // What is asked is the verdict, not the smallest example.
      const options = { ...search, engine, shrink: false, certify: false };
      const { counterexample, inconclusive } = await check(model, options);
      if (inconclusive !== undefined) return JSON.stringify(inconclusive);
      return counterexample?.violation.kind ?? 'holds';
    };
    expect([await verdictOf(faulty), await verdictOf(mended)]).toEqual(['not-serializable', 'holds']);
  },
  180_000,
);
