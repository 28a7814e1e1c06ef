/** The scenarios that lanes begin ahead are those that fast-check comes to. */
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { Experiment } from '../../../src/check/experiment.ts';
import { operation } from '../../../src/core/define-model.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { account, readThenWrite } from '../../support/models.ts';

afterEach(() => vi.restoreAllMocks());

test('a sample of the property is what a check of it runs', async () => {
  const deposit = operation({ arguments: [fc.nat(999)], run: readThenWrite });
  const model = account(readThenWrite, { operations: { deposit } });
  const run: Scenario[] = [];
  vi.spyOn(Experiment.prototype, 'run').mockImplementation(async (scenario) => void run.push(scenario));
  const property = new Experiment(model, { engine: postgres() }).property();
  const given = { seed: 1, numRuns: 60 };
  const foreseen = fc.sample(property, given).map(([scenario]) => scenario);
  await fc.check(property, given);
  expect(run).toHaveLength(60);
  expect(foreseen).toEqual(run);
});
