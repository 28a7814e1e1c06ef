/** Variations of a scenario, within its bounds: what guided search tries when a scenario has shown something new. */
import fc from 'fast-check';
import type { Call, Model } from '../core/model.ts';
import type { Scenario } from '../core/scenario.ts';
import { integerBelow, type Random } from '../strategy/random.ts';
import { scenarioArbitrary, sourcesOf, type ScenarioBounds } from './scenario.ts';
import type { Sources } from './neighbours.ts';
import type { SimplifyingArbitrary } from './simpler.ts';

export class ScenarioSource {
  readonly #model: Model;
  readonly #bounds: ScenarioBounds;
  readonly #random: Random;
  readonly #sources: Sources;
  readonly #whole: fc.Arbitrary<Scenario>;

  constructor(model: Model, bounds: ScenarioBounds, random: Random) {
    this.#model = model;
    this.#bounds = bounds;
    this.#random = random;
    this.#sources = sourcesOf(model);
    this.#whole = scenarioArbitrary(model, bounds);
  }

  /** As a check draws it. */
  fresh(): Scenario {
    return this.#draw(this.#whole);
  }

  /**
   * One, two or four small changes: another argument, another call, one more or one fewer, a session more or fewer, a call
   * that a second session makes, too, a session that another one repeats, or other starting rows. Most add calls: those that
   * led to something new still do, and each new one may lead further.
   */
  vary(scenario: Scenario): Scenario {
    let varied = scenario;
    for (let left = 2 ** this.#below(3); left > 0; left -= 1) varied = this.#changed(varied);
    return varied;
  }

  #changed(scenario: Scenario): Scenario {
    const { sessions } = scenario;
    const { minSessions, maxSessions, maxOperations } = this.#bounds;
    const session = this.#below(sessions.length);
    const other = (session + 1 + this.#below(Math.max(1, sessions.length - 1))) % sessions.length;
    const calls = sessions[session] ?? [];
    const at = this.#below(calls.length);
    const withCalls = (changed: readonly Call[], which: number = session): Scenario => ({
      ...scenario,
      sessions: sessions.with(which, changed),
    });
    const withMore = (call: Call, which: number): Scenario => {
      const theirs = sessions[which] ?? [];
      if (theirs.length >= maxOperations) return scenario;
      return withCalls(theirs.toSpliced(this.#below(theirs.length + 1), 0, call), which);
    };
    const call = calls[at] ?? this.#call(scenario);
    switch (this.#below(12)) {
      case 0:
        return withCalls(calls.with(at, this.#otherArgument(call, scenario)));
      case 1:
        return withCalls(calls.with(at, this.#call(scenario)));
      case 2:
        return calls.length > 1 ? withCalls(calls.toSpliced(at, 1)) : scenario;
      case 3: {
        const fewer = sessions.toSpliced(session, 1);
        return sessions.length > minSessions ? { ...scenario, sessions: fewer } : scenario;
      }
      case 4:
      case 5: {
        const more = this.#below(2) === 0 ? calls : [this.#call(scenario)];
        return sessions.length < maxSessions ? { ...scenario, sessions: [...sessions, more] } : scenario;
      }
      case 6:
        return withMore(call, other);
      case 7:
        return withCalls(calls, other);
      case 8:
        return { ...scenario, rows: this.#draw(this.#sources.rows) };
      default:
        return withMore(this.#call(scenario), session);
    }
  }

  /** The call with one of its arguments drawn again; another call if it has none. */
  #otherArgument(call: Call, scenario: Scenario): Call {
    const arbitraries = this.#sources.arguments.get(call.operation) ?? [];
    const at = this.#below(arbitraries.length);
    const arbitrary = arbitraries[at];
    if (arbitrary === undefined) return this.#call(scenario);
    return { ...call, args: call.args.with(at, this.#argument(arbitrary, scenario)) };
  }

  #call(scenario: Scenario): Call {
    const entries = Object.entries(this.#model.operations);
    const total = entries.reduce((sum, [, { weight = 1 }]) => sum + weight, 0);
    let left = this.#random() * total;
    const [operation = ''] =
      entries.find(([, { weight = 1 }]) => (left -= weight) < 0) ?? entries.at(-1) ?? [];
    const arbitraries = this.#sources.arguments.get(operation) ?? [];
    return { operation, args: arbitraries.map((each) => this.#argument(each, scenario)) };
  }

  /** Every other time a value that another call has: races are between calls that meet in some key. */
  #argument(arbitrary: SimplifyingArbitrary<unknown>, { sessions }: Scenario): unknown {
    const used = sessions.flat().flatMap(({ args }) => args);
    const fitting = this.#below(2) === 0 ? used.filter((value) => arbitrary.canGive(value)) : [];
    return fitting.length === 0 ? this.#draw(arbitrary) : fitting[this.#below(fitting.length)];
  }

  #draw<T>(arbitrary: fc.Arbitrary<T>): T {
    const seed = this.#below(2 ** 31);
    // A first draw is always biased towards small and extreme values: half of ours are not.
    const [value] = fc.sample(arbitrary, { seed, numRuns: 1, unbiased: this.#below(2) === 0 });
    return value as T;
  }

  #below(count: number): number {
    return integerBelow(this.#random, count);
  }
}

/** Whether a scenario keeps to the bounds; one that was kept from a larger search may not. */
export function fits({ sessions }: Scenario, { maxSessions, maxOperations }: ScenarioBounds): boolean {
  return sessions.length <= maxSessions && sessions.every((calls) => calls.length <= maxOperations);
}
