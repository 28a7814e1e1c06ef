/**
 * Adya's theorem, over random code: without a cycle of dependencies some serial order gives the outcome; operations one after
 * another have none. So a dependency that is overlooked, or made up, shows.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Lab } from '../../../src/lab/lab.ts';
import { knowledgeOf, observedStatements } from '../../../src/lab/observed-statements.ts';
import { Trial } from '../../../src/lab/trial.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { defaultChoice, type ChoicePoint } from '../../../src/core/schedule.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import type { LaneExecution } from '../../../src/engine/lane.ts';
import { dependenciesOf, type Dependencies } from '../../../src/explain/dependencies.ts';
import { phenomenaOf, type Phenomenon } from '../../../src/explain/phenomena.ts';
import { RandomWalk } from '../../../src/strategy/random-walk.ts';
import { farLimits } from '../../support/bench.ts';
import { randomCode, randomScenario } from '../../support/random-code.ts';

const engine = postgres();
let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open(randomCode, { engine, isolation: 'read committed', limits: farLimits });
});
afterAll(async () => {
  await lab.close();
  await engine.close();
});

interface Sighting {
  readonly trial: Trial;
  readonly execution: LaneExecution;
  readonly dependencies: Dependencies;
  readonly phenomena: readonly Phenomenon[];
}

async function lookAt(scenario: Scenario, choose: (point: ChoicePoint) => number): Promise<Sighting> {
  const trial = await Trial.on(lab, scenario);
  const universe = await trial.universe();
  if (universe === undefined) throw new Error('nothing is observed');
  const knowledge = knowledgeOf(universe, trial.start);
  const execution = await trial.run(choose);
  const statements = await observedStatements(execution, universe);
  const dependencies = dependenciesOf(statements, knowledge);
  return { trial, execution, dependencies, phenomena: phenomenaOf(dependencies, knowledge) };
}

it('serial: dependencies point forward, and there is no cycle', { timeout: 120_000 }, async () => {
  const kinds = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(randomScenario, async (scenario) => {
      const { dependencies, phenomena } = await lookAt(scenario, defaultChoice);
      for (const { kind, from, to } of dependencies.edges) {
        expect(from.session).toBeLessThan(to.session);
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
      expect(phenomena).toEqual([]);
    }),
    { numRuns: 400, seed: 4 },
  );
  // Not for want of dependencies.
  for (const kind of ['ww', 'wr', 'rw']) expect(kinds.get(kind)).toBeGreaterThan(20);
});

/** What shows others in another way than by rows: refused locks, and the order in which rows lie. */
const besidesRows = /nowait|skip locked|advisory|"select id, n from item"/;

it('no cycle: some serial order gives the outcome', { timeout: 120_000 }, async () => {
  let [seed, acyclic, violations] = [0, 0, 0];
  const rowsOnly = randomScenario.filter((scenario) => !besidesRows.test(JSON.stringify(scenario)));
  await fc.assert(
    fc.asyncProperty(rowsOnly, async (scenario) => {
      const walk = new RandomWalk(String((seed += 1)));
      walk.begin();
      const { trial, execution, phenomena } = await lookAt(scenario, (point) => walk.choose(point));
      // The random code returns errors as results, aborts among them.
      if (execution.history.some((event) => event.kind === 'completed' && event.reply.kind === 'error'))
        return;
      const { kind } = await trial.judge(execution);
      if (kind === 'violation') violations += 1;
      if (phenomena.length > 0) return;
      acyclic += 1;
      expect(kind).toBe('explained');
    }),
    { numRuns: 400, seed: 9 },
  );
  expect(acyclic).toBeGreaterThan(300);
  expect(violations).toBeGreaterThan(10);
});
