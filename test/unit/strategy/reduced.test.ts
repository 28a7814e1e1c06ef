import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Following } from '../../../src/strategy/following.ts';
import { Reduced, type PlannedRun } from '../../../src/strategy/reduced.ts';
import { Unfolding } from '../../../src/strategy/unfolding.ts';
import { everyRun, learnAll, run, type Instruction, type Program } from '../../support/memory-machine.ts';

const registers = 3;
const instruction: fc.Arbitrary<Instruction> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('read' as const), register: fc.nat(registers - 1) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('write' as const), register: fc.nat(registers - 1) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('indirect' as const), register: fc.nat(registers - 1) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lock' as const), mutex: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unlock' as const), mutex: fc.nat(1) }) },
);
/** Two sessions of up to five steps, or three of up to three: a few thousand interleavings at most. */
const programs: fc.Arbitrary<readonly Program[]> = fc.oneof(
  fc.array(fc.array(instruction, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 2 }),
  fc.array(fc.array(instruction, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 3 }),
);
const outcomes = (runs: readonly { readonly outcome: string }[]): readonly string[] =>
  [...new Set(runs.map(({ outcome }) => outcome))].toSorted();

describe('the reduced search', () => {
  it('finds the outcomes of all interleavings, and runs each class of equivalent ones once', () => {
    fc.assert(
      fc.property(programs, fc.string(), (sessions, seed) => {
        const all = everyRun(sessions, registers);
        const strategy = new Reduced({ sessions: sessions.length, seed });
        const runs = learnAll(strategy, sessions, registers);
        expect(outcomes(runs)).toEqual(outcomes(all));
        const classes = new Unfolding(sessions.length);
        for (const { trace } of all) expect(classes.add(trace).contradiction).toBe(false);
        expect(runs.length).toBe(classes.size);
        expect(strategy.classes).toBe(classes.size);
        expect(strategy.exhausted).toBe(true);
        expect(strategy.distrusting).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it('learns from executions that another strategy chose, before its own and between them', () => {
    fc.assert(
      fc.property(programs, fc.infiniteStream(fc.nat()), (sessions, chance) => {
        const all = everyRun(sessions, registers);
        const anyOther = (): { readonly outcome: string } => {
          const other = run(sessions, registers, ({ runnable }) => {
            return runnable[Number(chance.next().value) % runnable.length] ?? 0;
          });
          expect(strategy.learn(other.trace)).toBeUndefined();
          return other;
        };
        const strategy = new Reduced({ sessions: sessions.length });
        const runs = [anyOther(), anyOther()];
        while (strategy.begin()) {
          const own = run(sessions, registers, (point) => strategy.choose(point));
          expect(strategy.learn(own.trace)).toBeUndefined();
          runs.push(own, anyOther());
        }
        expect(outcomes(runs)).toEqual(outcomes(all));
        const classes = new Unfolding(sessions.length);
        for (const { trace } of all) classes.add(trace);
        expect(strategy.classes).toBe(classes.size);
        expect(strategy.exhausted).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('runs the same classes if several executions are under way, and are learned from in any order', () => {
    fc.assert(
      fc.property(programs, fc.infiniteStream(fc.nat()), (sessions, chance) => {
        const one = new Reduced({ sessions: sessions.length });
        learnAll(one, sessions, registers);
        const divided = new Reduced({ sessions: sessions.length });
        const found: string[] = [];
        const underWay: PlannedRun[] = [];
        for (;;) {
          const planned = underWay.length < 5 ? divided.next() : undefined;
          if (planned !== undefined) underWay.push(planned);
          expect(divided.exhausted).toBe(underWay.length === 0);
          if (underWay.length === 0) break;
          // With several planned, or nothing more to plan, one of them ends.
          if (planned !== undefined && Number(chance.next().value) % 2 === 0) continue;
          const [ended] = underWay.splice(Number(chance.next().value) % underWay.length, 1);
          if (ended === undefined) throw new Error('none ended');
          const following = new Following(ended.lead);
          const { outcome, trace } = run(sessions, registers, (point) => following.choose(point));
          if (divided.finish(ended, trace, following) === undefined) found.push(outcome);
        }
        expect(divided.classes).toBe(one.classes);
        expect(found).toHaveLength(one.classes);
        const all = outcomes(everyRun(sessions, registers));
        expect(outcomes(found.map((outcome) => ({ outcome })))).toEqual(all);
      }),
      { numRuns: 500 },
    );
  });

  it('runs one schedule where nothing depends on anything', () => {
    const reading: Program = [0, 1, 2, 0].map((register) => ({ kind: 'read', register }));
    const runs = learnAll(new Reduced({ sessions: 3 }), [reading, reading, reading], registers);
    expect(runs).toHaveLength(1);
  });

  it('runs every interleaving where everything depends on everything', () => {
    const writing: Program = [0, 0, 0].map((register) => ({ kind: 'write', register }));
    expect(learnAll(new Reduced({ sessions: 2 }), [writing, writing], registers)).toHaveLength(20);
  });

  it('a dependency left out is noticed: outcomes are missing, or the strategy doubts', () => {
    let wrong = 0;
    fc.assert(
      fc.property(programs, (sessions) => {
        const all = outcomes(everyRun(sessions, registers));
        const strategy = new Reduced({ sessions: sessions.length });
        const runs = learnAll(
          strategy,
          sessions,
          registers,
          (a, b) => a.reads.length > 0 !== b.reads.length > 0,
        );
        if (strategy.distrusting || outcomes(runs).length < all.length) wrong += 1;
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(wrong).toBeGreaterThan(20);
  });

  it('few preemptions come first', () => {
    const program: Program = [
      { kind: 'read', register: 0 },
      { kind: 'write', register: 0 },
      { kind: 'read', register: 1 },
      { kind: 'write', register: 1 },
    ];
    const runs = learnAll(new Reduced({ sessions: 2 }), [program, program], registers);
    const switches = runs.map(({ order }) =>
      order.filter((session, step) => step > 0 && order[step - 1] !== session),
    );
    expect(switches[0]).toHaveLength(1);
    expect(switches[1]?.length).toBeLessThanOrEqual(2);
  });

  it('reviews all traces when more turns out to be dependent', () => {
    const sessions: Program[] = [
      [{ kind: 'write', register: 0 }, { kind: 'read', register: 1 }],
      [{ kind: 'read', register: 0 }, { kind: 'write', register: 1 }],
    ]; // prettier-ignore
    const strategy = new Reduced({ sessions: 2 });
    const found: string[] = [];
    let known = false;
    const once = (renewed: boolean): void => {
      const { outcome, trace } = run(sessions, registers, (point) => strategy.choose(point));
      found.push(outcome);
      strategy.learn({ ...trace, dependent: (a, b) => known && trace.dependent(a, b), renewed });
    };
    expect(strategy.begin()).toBe(true);
    once(false);
    expect(strategy.exhausted).toBe(true);
    known = true;
    once(true);
    expect(strategy.exhausted).toBe(false);
    while (strategy.begin()) once(false);
    expect(outcomes(found.map((outcome) => ({ outcome })))).toEqual(outcomes(everyRun(sessions, registers)));
  });

  it('gives up all independence when a step contradicts it, and then runs every interleaving', () => {
    const sessions: Program[] = [
      [{ kind: 'write', register: 0 }, { kind: 'write', register: 1 }],
      [{ kind: 'read', register: 0 }, { kind: 'read', register: 1 }, { kind: 'write', register: 0 }],
    ]; // prettier-ignore
    const strategy = new Reduced({ sessions: 2 });
    const found: string[] = [];
    const conclusions: ('contradiction' | undefined)[] = [];
    while (strategy.begin()) {
      const { outcome, trace } = run(sessions, registers, (point) => strategy.choose(point));
      found.push(outcome);
      // Register 0 is overlooked, except between writes, to the end: the strategy knows better by itself.
      const dependent = (a: number, b: number): boolean => trace.dependent(a, b) && (a + b) % 2 === 0;
      conclusions.push(strategy.learn({ ...trace, dependent }));
    }
    // It says so once.
    expect(conclusions.filter((each) => each === 'contradiction')).toHaveLength(1);
    expect(strategy.distrusting).toBe(true);
    expect(strategy.classes).toBe(10);
    expect(outcomes(found.map((outcome) => ({ outcome })))).toEqual(outcomes(everyRun(sessions, registers)));
  });
});
