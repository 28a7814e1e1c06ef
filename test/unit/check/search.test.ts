import { describe, expect, it } from 'vitest';
import { Searches } from '../../../src/check/search.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { RandomWalk } from '../../../src/strategy/random-walk.ts';

const scenario = (balance: number): Scenario => ({ rows: { accounts: [{ balance }] }, sessions: [] });

/** The first schedules of each are run; two searches are kept. */
function glanced(...balances: readonly number[]): Searches {
  let made = 0;
  const searches = new Searches(() => new RandomWalk(String((made += 1))), 2);
  for (const balance of balances) {
    const search = searches.of(scenario(balance));
    search.schedules = 16;
    search.counted = true;
    searches.keep(search);
  }
  return searches;
}

describe('searches of many scenarios', () => {
  it('go on where they were', () => {
    const searches = glanced(1, 2);
    const { strategy } = searches.of(scenario(1));
    expect(searches.resume(scenario(1))).toMatchObject({ schedules: 16, strategy });
    expect(strategy).toBeDefined();
  });

  it('are forgotten where there are too many, and then begin anew with all of their budget', () => {
    const searches = glanced(1, 2, 3);
    expect(searches.of(scenario(3))).toMatchObject({ strategy: undefined, schedules: 16, counted: true });
    const resumed = searches.resume(scenario(3));
    expect(resumed.strategy).toBeDefined();
    // A scenario counts once, however often its search begins.
    expect(resumed).toMatchObject({ schedules: 0, counted: true });
    resumed.schedules = 5;
    expect(searches.resume(scenario(3))).toMatchObject({ schedules: 5 });
  });

  it('stay forgotten when the scenario comes again before they go on', () => {
    const searches = glanced(1, 2, 3, 3);
    expect(searches.of(scenario(3))).toMatchObject({ strategy: undefined, schedules: 16 });
  });

  it('that are kept stay kept when their scenario comes again', () => {
    const searches = glanced(1, 2, 2, 1);
    expect(searches.of(scenario(1)).strategy).toBeDefined();
    expect(searches.of(scenario(2)).strategy).toBeDefined();
  });

  it('by themselves know of no other', () => {
    const searches = glanced(1);
    expect(searches.fresh(scenario(1))).toMatchObject({ schedules: 0, counted: false, exhausted: false });
  });
});
