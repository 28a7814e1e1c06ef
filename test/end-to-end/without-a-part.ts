/**
 * Takes parts away from a counterexample and searches what is left, without the product's own idea of what is smaller
 * and of how to search: no smaller scenario, and no schedule with fewer preemptions, may fail.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import { budgetOf } from '../../src/search/budget.ts';
import { explore } from '../../src/search/explore.ts';
import { Lab } from '../../src/lab/lab.ts';
import { Trial } from '../../src/lab/trial.ts';
import { Fault } from '../../src/core/fault.ts';
import type { Model, Operation, Rows } from '../../src/core/model.ts';
import type { Counterexample } from '../../src/core/result.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import type { Driver } from '../../src/driver/contract.ts';
import { EveryPath } from '../support/every-path.ts';

const rowCount = (rows: Rows): number => Object.values(rows).flat().length;

const same = (one: unknown, two: unknown): boolean => JSON.stringify(one) === JSON.stringify(two);

function withoutAPart(model: Model, { rows, sessions }: Scenario): readonly Scenario[] {
  const fewer: Scenario[] = [];
  for (const [session, calls] of sessions.entries()) {
    if (sessions.length > 1) fewer.push({ rows, sessions: sessions.filter((_, index) => index !== session) });
    for (const [at, { operation, args }] of calls.entries()) {
      const rest = calls.filter((_, index) => index !== at);
      if (rest.length > 0) fewer.push({ rows, sessions: sessions.with(session, rest) });
      const arbitraries: readonly fc.Arbitrary<unknown>[] = (model.operations[operation] as Operation)
        .arguments as [];
      for (const [index, arbitrary] of (arbitraries ?? []).entries()) {
        // The arguments of the models are whole numbers and constants: they can be made simpler by themselves.
        expect(arbitrary.canShrinkWithoutContext(args[index])).toBe(true);
        for (const { value } of arbitrary.shrink(args[index], undefined)) {
          const simpler = { operation, args: args.map((arg, place) => (place === index ? value : arg)) };
          // A call that becomes the same as another one is not simpler: nobody could tell the two apart.
          const others = sessions.flat().filter((call) => call !== calls[at]);
          if (others.some((call) => same(call, simpler)) && !others.some((call) => same(call, calls[at])))
            continue;
          fewer.push({ rows, sessions: sessions.with(session, calls.with(at, simpler)) });
        }
      }
    }
  }
  const drawn =
    model.rows instanceof fc.Arbitrary ? fc.sample(model.rows as fc.Arbitrary<Rows>, { numRuns: 50 }) : [];
  for (const less of drawn) if (rowCount(less) < rowCount(rows)) fewer.push({ rows: less, sessions });
  return [...new Map(fewer.map((each) => [JSON.stringify(each), each])).values()];
}

export async function nothingSmallerFails(
  engine: Driver,
  model: Model,
  { setting, scenario, minimality }: Counterexample,
): Promise<void> {
  const lab = await Lab.open(model, { engine, isolation: setting.isolation, order: setting.order });
  const search = async (smaller: Scenario, strategy: EveryPath): Promise<void> => {
    const trial = await Trial.on(lab, smaller);
    const { failure, inconclusive, exhausted } = await explore(trial, strategy, budgetOf(Infinity));
    expect([failure, inconclusive, exhausted]).toEqual([undefined, undefined, true]);
  };
  try {
    const fewer = withoutAPart(model, scenario);
    // Two sessions: there is always one to leave out.
    expect(fewer.length).toBeGreaterThan(0);
    for (const smaller of fewer) {
      await search(smaller, new EveryPath()).catch((error: unknown) => {
        // Code that does not take it has nothing to race.
        if (!(error instanceof Fault) || error.kind !== 'usage') throw error;
      });
    }
    if (minimality.preemptions > 0) await search(scenario, new EveryPath(minimality.preemptions - 1));
  } finally {
    await lab.close();
  }
}
