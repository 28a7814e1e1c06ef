/**
 * The reduction is sound or it is off: over random code, the outcomes that it finds are those of all interleavings.
 * A relation with a hole in it must be found out by the same comparison.
 */
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { Lab } from '../../src/lab/lab.ts';
import { isolationLevels, type IsolationLevel } from '../../src/core/isolation.ts';
import { canonicalText } from '../../src/core/plain.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { Dependence } from '../../src/footprint/dependence.ts';
import { Locks } from '../../src/footprint/locks.ts';
import { Universe } from '../../src/footprint/universe.ts';
import { ByPreemptions } from '../../src/strategy/by-preemptions.ts';
import { Reduced } from '../../src/strategy/reduced.ts';
import { randomCode, randomScenario } from '../support/random-code.ts';
import { search, type Searched } from '../support/searches.ts';

/** Scenarios at each level; those with more interleavings than can be run here are left out. */
const scenariosPerLevel = 70;
const maxInterleavings = 70;

const engine = postgres();
afterAll(() => engine.close());
afterEach(() => vi.restoreAllMocks());

interface Compared {
  readonly scenario: Scenario;
  readonly all: Searched;
  readonly reduced: Searched;
  readonly classes: number;
  readonly distrusting: boolean;
}

async function* comparisons(
  isolation: IsolationLevel,
  seed: number,
  count: number,
): AsyncGenerator<Compared> {
  const lab = await Lab.open(randomCode, { engine, isolation });
  try {
    let done = 0;
    for (const scenario of fc.sample(randomScenario, { seed, numRuns: count * 2 })) {
      if (done >= count) return;
      const all = await search(lab, scenario, new ByPreemptions(), maxInterleavings + 1);
      if (all.runs > maxInterleavings) continue;
      done += 1;
      const strategy = new Reduced({ sessions: scenario.sessions.length });
      const reduced = await search(lab, scenario, strategy, 1_000);
      expect([...all.gaveUp, ...reduced.gaveUp]).toEqual([]);
      yield { scenario, all, reduced, classes: strategy.classes, distrusting: strategy.distrusting };
    }
  } finally {
    await lab.close();
  }
}

describe.each(isolationLevels)('at %s', (isolation) => {
  it(`finds the outcomes of all interleavings of ${scenariosPerLevel} random scenarios`, async () => {
    let compared = 0;
    let runs = 0;
    let classes = 0;
    let interleavings = 0;
    for await (const each of comparisons(isolation, 20261122, scenariosPerLevel)) {
      compared += 1;
      expect(each.reduced.outcomes, JSON.stringify(each.scenario.sessions)).toEqual(each.all.outcomes);
      expect(each.distrusting, JSON.stringify(each.scenario.sessions)).toBe(false);
      runs += each.reduced.runs;
      classes += each.classes;
      interleavings += each.all.runs;
    }
    expect(compared).toBe(scenariosPerLevel);
    expect(runs / classes).toBeLessThanOrEqual(1.1);
    expect(runs).toBeLessThan(interleavings);
  }, 300_000);
});

describe('a dependency that is left out', () => {
  const holes: readonly (readonly [string, () => void])[] = [
    ['what is published and read', () => vi.spyOn(Universe.prototype, 'affects').mockReturnValue(false)],
    ['row locks', () => vi.spyOn(Locks.prototype, 'conflict').mockReturnValue(false)],
    ['everything', () => vi.spyOn(Dependence.prototype, 'dependent').mockReturnValue(false)],
  ];
  it.each(holes)(
    'is found out by the comparison: %s',
    async (_, dig) => {
      dig();
      let found = false;
      for await (const { all, reduced, distrusting } of comparisons('read committed', 20261122, 60)) {
        found = distrusting || canonicalText(all.outcomes) !== canonicalText(reduced.outcomes);
        if (found) break;
      }
      expect(found).toBe(true);
    },
    120_000,
  );
});
