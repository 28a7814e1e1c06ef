import { describe, expect, it } from 'vitest';
import { freshSearch, Searches } from '../../../src/search/search.ts';
import type { Scenario } from '../../../src/core/scenario.ts';

const scenario = (balance: number): Scenario => ({ rows: { accounts: [{ balance }] }, sessions: [] });

describe('searches of many scenarios', () => {
  it('go on where they were', () => {
    const searches = new Searches();
    searches.of(scenario(1)).schedules = 16;
    expect(searches.of(scenario(1))).toMatchObject({ schedules: 16 });
    expect(searches.of(scenario(2))).toMatchObject({ schedules: 0 });
  });

  it('by themselves know of no other', () => {
    expect(freshSearch()).toMatchObject({ home: undefined, schedules: 0, counted: false, exhausted: false });
  });
});
