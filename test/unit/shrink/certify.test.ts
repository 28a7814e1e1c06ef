import { expect, test } from 'vitest';
import type { Neighbour, ScenarioChange } from '../../../src/core/neighbour.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import { certify, type LocalMinimum, type Surroundings } from '../../../src/shrink/certify.ts';

/** Scenarios here are two numbers; a step makes one of them smaller by 1 or leaves one out. */
const scenarioOf = (...numbers: readonly number[]): Scenario => ({
  rows: {},
  sessions: numbers.map((number) => [{ operation: 'f', args: [number] }]),
});
const numbersOf = ({ sessions }: Scenario): number[] => sessions.map(([call]) => call?.args[0] as number);

interface Failure {
  readonly scenario: Scenario;
}

const argument = (session: number): ScenarioChange => ({
  kind: 'argument',
  session,
  operation: 0,
  name: 'f',
  argument: 0,
});

function neighboursOf(scenario: Scenario): Neighbour[] {
  const numbers = numbersOf(scenario);
  return numbers.flatMap((number, session): Neighbour[] => [
    { change: { kind: 'session', session }, scenario: scenarioOf(...numbers.toSpliced(session, 1)) },
    ...(number > 0
      ? [{ change: argument(session), scenario: scenarioOf(...numbers.with(session, number - 1)) }]
      : []),
  ]);
}

class Search {
  readonly searched: string[] = [];
  readonly #fails: (numbers: readonly number[]) => boolean;
  readonly #change: Partial<Surroundings<Failure>>;

  constructor(fails: (numbers: readonly number[]) => boolean, change: Partial<Surroundings<Failure>> = {}) {
    this.#fails = fails;
    this.#change = change;
  }

  /** Each search takes ten schedules. */
  certify(...first: readonly number[]): Promise<LocalMinimum<Failure>> {
    return certify(
      { scenario: scenarioOf(...first) },
      {
        neighbourhood: (scenario) => ({ neighbours: neighboursOf(scenario), opaque: [] }),
        search: async (scenario, maxSchedules) => {
          const numbers = numbersOf(scenario);
          this.searched.push(`${numbers.join()} in ${maxSchedules}`);
          if (maxSchedules < 10)
            return { kind: 'open', schedules: maxSchedules, reason: { kind: 'more-schedules' } };
          return this.#fails(numbers)
            ? { kind: 'fails', schedules: 10, failure: { scenario } }
            : { kind: 'passes', schedules: 10 };
        },
        passed: new Map(),
        stopped: () => undefined,
        maxSchedulesPerNeighbour: 50,
        maxSchedulesToCertify: 1000,
        ...this.#change,
      },
    );
  }
}

test('a minimum is certified: every neighbour was searched once', async () => {
  const search = new Search((numbers) => numbers.length === 2 && numbers[0] === 2);
  const { failure, search: result } = await search.certify(2, 0);
  expect(numbersOf(failure.scenario)).toEqual([2, 0]);
  expect(result).toEqual({
    neighbours: 3,
    passed: 3,
    schedules: 30,
    replaced: 0,
    open: [],
    moreOpen: 0,
    refused: [],
    moreRefused: 0,
  });
  expect(search.searched).toEqual(['0 in 50', '1,0 in 50', '2 in 50']);
});

test('a neighbour that fails becomes the counterexample, until none does; nothing is searched twice', async () => {
  const search = new Search((numbers) => numbers.length === 2 && numbers.every((number) => number >= 1));
  const { failure, search: result } = await search.certify(3, 3);
  expect(numbersOf(failure.scenario)).toEqual([1, 1]);
  expect(result).toMatchObject({ neighbours: 4, passed: 4, replaced: 4, open: [] });
  expect(new Set(search.searched).size).toBe(search.searched.length);
});

test('it is a local minimum: what takes two steps at once is not looked for', async () => {
  const search = new Search(([a, b]) => a !== undefined && a === b);
  const { failure, search: result } = await search.certify(3, 3);
  expect(numbersOf(failure.scenario)).toEqual([3, 3]);
  expect(result).toMatchObject({ neighbours: 4, passed: 4, replaced: 0 });
});

test('what was searched to the end before is not searched again', async () => {
  const search = new Search(([a]) => a === 1, {
    passed: new Map([['{"rows":{},"sessions":[[{"args":[0],"operation":"f"}]]}', 7]]),
  });
  const { search: result } = await search.certify(1);
  expect(result).toMatchObject({ neighbours: 2, passed: 2, schedules: 17 });
  expect(search.searched).toEqual([' in 50']);
});

test('a budget for one neighbour that ends before leaves it open', async () => {
  const { search } = await new Search(() => false, { maxSchedulesPerNeighbour: 9 }).certify(1);
  expect(search).toMatchObject({ neighbours: 2, passed: 0, schedules: 18, moreOpen: 0 });
  expect(search.open[1]).toEqual({
    change: argument(0),
    scenario: scenarioOf(0),
    schedules: 9,
    reason: { kind: 'more-schedules' },
  });
});

test('a total budget that ends leaves the rest open, and counts what larger counterexamples took', async () => {
  const search = new Search(([a]) => a !== undefined && a >= 1, { maxSchedulesToCertify: 25 });
  const { search: result } = await search.certify(2);
  // "without" and 1, which fails; then 0 gets the five that are left. Leaving all out is known from before.
  expect(search.searched).toEqual([' in 25', '1 in 15', '0 in 5']);
  expect(result).toMatchObject({ neighbours: 2, passed: 1, replaced: 1, schedules: 15 });
  const none = await new Search(() => false, { maxSchedulesToCertify: 10 }).certify(1, 2);
  const spent = { kind: 'spent', maxSchedulesToCertify: 10 };
  expect(none.search.open.map(({ reason }) => reason)).toEqual([spent, spent, spent]);
});

test('when it is stopped the rest is open, with the reason', async () => {
  let searched = 0;
  const { search } = await new Search(() => false, {
    stopped: () => (++searched > 1 ? 'the time ended' : undefined),
  }).certify(1, 2);
  expect(search).toMatchObject({ neighbours: 4, passed: 1 });
  const stopped = { kind: 'stopped', why: 'the time ended', begun: false };
  expect(search.open.map(({ reason }) => reason)).toEqual(Array(3).fill(stopped));
});

test('refused neighbours are listed, and are not open', async () => {
  const reason = { kind: 'refused', message: 'no account' } as const;
  const { search } = await new Search(() => false, {
    search: async () => ({ kind: 'refused', schedules: 0, reason }),
  }).certify(1);
  expect(search).toMatchObject({ neighbours: 2, passed: 0, open: [], moreRefused: 0 });
  expect(search.refused).toEqual([
    { change: { kind: 'session', session: 0 }, scenario: scenarioOf(), schedules: 0, reason },
    { change: argument(0), scenario: scenarioOf(0), schedules: 0, reason },
  ]);
});

test('values that nobody can make simpler are open', async () => {
  const opaque: readonly ScenarioChange[] = [{ kind: 'value' }, argument(0)];
  const { search } = await new Search(() => false, {
    neighbourhood: () => ({ neighbours: [], opaque }),
  }).certify(1);
  expect(search.open).toEqual(
    opaque.map((change) => ({ change, scenario: undefined, schedules: 0, reason: { kind: 'opaque' } })),
  );
});

test('many without a verdict: ten are listed, the others counted', async () => {
  const many = Array.from({ length: 13 }, (_, number): Neighbour => ({
    change: argument(0),
    scenario: scenarioOf(number),
  }));
  const { search } = await new Search(() => false, {
    neighbourhood: () => ({ neighbours: many, opaque: [] }),
    maxSchedulesPerNeighbour: 1,
  }).certify(99);
  expect([search.open.length, search.moreOpen]).toEqual([10, 3]);
});

test('steps that lead in a circle end', async () => {
  const circle = [0, 1, 2];
  let rounds = 0;
  const search = new Search(() => true, {
    neighbourhood: (scenario) => {
      // Nothing else would end it: no round waits for anything.
      if (++rounds > 20) throw new Error('it goes round and round');
      const next = circle[((numbersOf(scenario)[0] ?? 0) + 1) % circle.length] ?? 0;
      const neighbour: Neighbour = { change: argument(0), scenario: scenarioOf(next) };
      return { neighbours: [neighbour], opaque: [] };
    },
  });
  expect((await search.certify(0)).search).toMatchObject({ replaced: 2, neighbours: 0 });
});
