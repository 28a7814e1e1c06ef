/** The plan without a server: dealt rounds are the same however the campaign is split, and news draws extra rounds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Plan } from '../../../../src/campaign/fuzz/plan.ts';
import type { Round } from '../../../../src/campaign/fuzz/round.ts';
import { wholeCampaign, type Shard } from '../../../../src/campaign/fuzz/shard.ts';
import type { Target } from '../../../../src/campaign/fuzz/target.ts';
import { untouched, type TargetState } from '../../../../src/campaign/fuzz/target-state.ts';
import { targets } from './support.ts';

interface Setup {
  readonly of?: readonly Target[];
  readonly shard?: Shard;
  readonly dealt?: number;
  readonly states?: ReadonlyMap<Target, TargetState>;
}

const three = targets('a', 'b', 'c');

function planOf({ of = three, shard = wholeCampaign, dealt = 0, states = new Map() }: Setup = {}): Plan {
  const stateOf = (target: Target): TargetState => states.get(target) ?? untouched;
  return new Plan({ seed: 'night', shard, targets: of, dealt, extra: 0, stateOf });
}

function rounds(plan: Plan, count: number): readonly Round[] {
  return Array.from({ length: count }, () => {
    const round = plan.next();
    if (round === undefined) throw new Error('there is no round');
    plan.finish(round);
    return round;
  });
}

const dealt = (all: readonly Round[]): readonly Round[] => all.filter(({ number }) => number !== undefined);
const byNumber = (a: Round, b: Round): number => (a.number ?? 0) - (b.number ?? 0);

describe('shards', () => {
  test('the dealt rounds of 1/n to n/n are those of the whole, each once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }), (of, count) => {
        const own = targets(...['a', 'b', 'c', 'd', 'e'].slice(0, count));
        const parts = Array.from({ length: of }, (_, index) =>
          dealt(rounds(planOf({ of: own, shard: { number: index + 1, of } }), 24)),
        );
        const whole = dealt(rounds(planOf({ of: own }), 24 * of));
        expect(parts.flat().toSorted(byNumber)).toEqual(whole);
      }),
    );
  });

  test('extra rounds of two shards have different seeds', () => {
    const [one, two] = [1, 2].map((number) => rounds(planOf({ shard: { number, of: 2 } }), 40));
    const seeds = new Set([...(one ?? []), ...(two ?? [])].map(({ seed }) => seed));
    expect(seeds.size).toBe(80);
  });
});

test('the passes go through every size, wide and then deep', () => {
  const passes = dealt(rounds(planOf({ of: targets('a') }), 16));
  expect(passes.map(({ size, depth }) => `${size} ${depth}`)).toEqual(
    ['wide', 'deep'].flatMap((depth) => [0, 1, 2, 3].map((size) => `${size} ${depth}`)),
  );
});

describe('targets', () => {
  const states = new Map(three.map((target) => [target, { ...untouched, rounds: 4, schedules: 100 }]));

  test('every second round goes to the target with the most news, and the others do not starve', () => {
    const warm = new Map(states).set(three[1] as Target, {
      ...untouched,
      warmth: 9,
      schedules: 500,
      size: 2,
    });
    const all = rounds(planOf({ states: warm }), 12);
    const extra = all.filter(({ number }) => number === undefined);
    expect(extra.map(({ target, size }) => [target.model.id, size])).toEqual(Array(6).fill(['b', 2]));
    expect(dealt(all).map(({ target }) => target.model.id)).toEqual(['a', 'b', 'c', 'b', 'c', 'a']);
  });

  test('if none has news, the least searched one comes next', () => {
    const cold = new Map(states).set(three[2] as Target, { ...untouched, schedules: 20, warmth: 0.4 });
    expect(rounds(planOf({ states: cold }), 2)[1]?.target.model.id).toBe('c');
  });

  test('one that is left out comes no more, and without any the plan is over', () => {
    const plan = planOf();
    plan.leaveOut(three[0] as Target);
    plan.leaveOut(three[1] as Target);
    expect(new Set(rounds(plan, 20).map(({ target }) => target.model.id))).toEqual(new Set(['c']));
    plan.leaveOut(three[2] as Target);
    expect(plan.next()).toBeUndefined();
  });

  test('with as many shards as targets, each shard comes to every target, and does without one that is left out', () => {
    for (const number of [1, 2, 3]) {
      const plan = planOf({ shard: { number, of: 3 } });
      expect(new Set(dealt(rounds(plan, 6)).map(({ target }) => target))).toEqual(new Set(three));
      plan.leaveOut(three[0] as Target);
      expect(new Set(dealt(rounds(plan, 8)).map(({ target }) => target))).toEqual(new Set(three.slice(1)));
    }
  });
});

test('a campaign goes on with the first dealt round that was not over', () => {
  const plan = planOf({ shard: { number: 2, of: 2 } });
  const [first, , third] = [plan.next(), plan.next(), plan.next()];
  expect([first?.number, third?.number]).toEqual([1, 3]);
  plan.finish(third as Round);
  expect(plan.dealt).toBe(1);
  plan.finish(first as Round);
  expect(plan.dealt).toBe(5);
  const next = planOf({ shard: { number: 2, of: 2 }, dealt: plan.dealt }).next();
  expect(next?.number).toBe(5);
});
