/**
 * Generates scenarios. fast-check stays in charge of randomness and of shrinking arguments and rows. It does not itself
 * try scenarios that lack one session, call or row, so these come before its own shrinks.
 */
import fc from 'fast-check';
import { isArbitrary, type Arbitrary } from '../core/arbitrary.ts';
import { modelId, type Call, type Model, type Row, type Rows } from '../core/model.ts';
import { rowsProblem } from '../core/rows.ts';
import type { Scenario } from '../core/scenario.ts';
import { smallerScenarios, type SmallerOptions } from '../shrink/smaller.ts';
import { makesTwins } from '../shrink/twins.ts';
import { neighbourhood, type Neighbourhood, type Sources } from './neighbours.ts';
import { SimplifyingArbitrary } from './simpler.ts';

export interface ScenarioBounds {
  /** Sessions, at least 1. */
  readonly minSessions: number;
  readonly maxSessions: number;
  /** Operations of one session, at least 1. */
  readonly maxOperations: number;
}

/** Bounds that hold from draw number `from`, counted from 0. */
export interface LargerBounds extends ScenarioBounds {
  readonly from: number;
}

/** @param larger by rising `from`, each at least as large as the one before */
export function scenarioArbitrary(
  model: Model,
  bounds: ScenarioBounds,
  larger: readonly LargerBounds[] = [],
): ScenarioArbitrary {
  const sources = sourcesOf(model);
  const { rows, arguments: args } = sources;
  const calls = Object.entries(model.operations).map(([name, operation]) => ({
    name,
    arbitrary: callArbitrary(name, args.get(name) ?? []),
    weight: operation.weight ?? 1,
  }));
  const sized = [{ ...bounds, from: 0 }, ...larger].map((each) => ({
    from: each.from,
    ...sizedArbitraries(calls, rows, each),
  }));
  const smaller = {
    minSessions: bounds.minSessions,
    couldStartFrom: (fewer: Rows) => rows.canShrinkWithoutContext(fewer),
  };
  return new ScenarioArbitrary(sized, smaller, sources);
}

interface SizedArbitraries {
  readonly drawn: fc.Arbitrary<Scenario>;
  /** Generates every scenario that `drawn` does, and shrinks scenarios of any origin. */
  readonly any: fc.Arbitrary<Scenario>;
}

type Calls = readonly {
  readonly name: string;
  readonly arbitrary: fc.Arbitrary<Call>;
  readonly weight: number;
}[];

function sizedArbitraries(calls: Calls, rows: fc.Arbitrary<Rows>, bounds: ScenarioBounds): SizedArbitraries {
  const call = fc.oneof(...calls);
  const sizes = { minLength: bounds.minSessions, maxLength: bounds.maxSessions };
  const length = { minLength: 1, maxLength: bounds.maxOperations };
  const sessions = fc.array(fc.array(call, length), sizes);
  // Many races are between requests of the same kind: every other scenario has all sessions call the same operations.
  const names = fc.array(
    fc.oneof(...calls.map(({ name, weight }) => ({ arbitrary: fc.constant(name), weight }))),
    length,
  );
  const twins = names.chain((chosen) =>
    fc.array(fc.tuple(...chosen.map((name) => arbitraryOf(calls, name))), sizes),
  ) as fc.Arbitrary<Call[][]>;
  const drawn = fc.record({
    rows,
    sessions: fc.oneof({ arbitrary: twins, weight: 1 }, { arbitrary: sessions, weight: 1 }),
  });
  return { drawn, any: fc.record({ rows, sessions }) };
}

/** The arbitraries of the values in the model's scenarios. */
export function sourcesOf(model: Model): Sources {
  const { rows = {} } = model;
  const of = modelId(model);
  const what = `the starting rows of ${of}`;
  const args = Object.entries(model.operations).map(([name, operation]) => {
    const arbitraries: readonly Arbitrary<unknown>[] = operation.arguments ?? [];
    return [
      name,
      arbitraries.map(
        (each, index) =>
          new SimplifyingArbitrary(each, `argument ${index + 1} of operation ${name} of ${of}`),
      ),
    ] as const;
  });
  return {
    rows: isArbitrary(rows)
      ? new SimplifyingArbitrary(rows as Arbitrary<Rows>, what, rowsProblem)
      : new SimplifyingArbitrary(fc.constant(rows), what, rowsProblem, [rows]),
    arguments: new Map(args),
  };
}

function callArbitrary(name: string, args: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<Call> {
  return fc.tuple(...args).map(
    (args): Call => ({ operation: name, args }),
    (call) => {
      if ((call as Call).operation !== name) throw new Error('a call of another operation');
      return [...(call as Call).args];
    },
  );
}

function arbitraryOf(calls: Calls, name: string): fc.Arbitrary<Call> {
  const found = calls.find((call) => call.name === name);
  if (found === undefined) throw new Error(`there is no operation ${name}`);
  return found.arbitrary;
}

export class ScenarioArbitrary extends fc.Arbitrary<Scenario> {
  readonly #sized: readonly (SizedArbitraries & { readonly from: number })[];
  readonly #largest: SizedArbitraries;
  readonly #smaller: SmallerOptions;
  readonly #sources: Sources;
  /** From this draw, scenarios no longer grow. */
  readonly largestFrom: number;
  #drawn: fc.Arbitrary<Scenario>;

  /** @param sized by rising `from`, the first from 0 */
  constructor(
    sized: readonly (SizedArbitraries & { readonly from: number })[],
    smaller: SmallerOptions,
    sources: Sources,
  ) {
    super();
    const largest = sized.at(-1);
    if (largest === undefined) throw new Error('scenarios have bounds');
    this.#sized = sized;
    this.#largest = largest;
    this.#smaller = smaller;
    this.#sources = sources;
    this.largestFrom = largest.from;
    this.#drawn = (sized[0] ?? largest).drawn;
  }

  /** The next scenario is this draw, counted from 0. */
  drawing(draw: number): void {
    this.#drawn = this.#sized.findLast(({ from }) => from <= draw)?.drawn ?? this.#largest.drawn;
  }

  /** Every known scenario that is one step smaller. */
  neighbourhood(scenario: Scenario): Neighbourhood {
    return neighbourhood(scenario, this.#sources);
  }

  generate(random: fc.Random, bias: number | undefined): fc.Value<Scenario> {
    return this.#drawn.generate(random, bias);
  }

  canShrinkWithoutContext(value: unknown): value is Scenario {
    return isScenario(value);
  }

  shrink(value: Scenario, context: unknown): fc.Stream<fc.Value<Scenario>> {
    return this.#smallerOnes(value, context).filter((smaller) => !makesTwins(value, smaller.value));
  }

  #smallerOnes(value: Scenario, context: unknown): fc.Stream<fc.Value<Scenario>> {
    const own = fc
      .stream(smallerScenarios(value, this.#smaller))
      .map((smaller) => new fc.Value(smaller.scenario, undefined));
    const { any, drawn } = this.#largest;
    if (any.canShrinkWithoutContext(value)) {
      return own.join(any.shrink(value, undefined).map((smaller) => new fc.Value(smaller.value, undefined)));
    }
    // Some arguments or rows can only be simplified with the context in which they were drawn.
    return context === undefined ? own : own.join(drawn.shrink(value, context));
  }
}

function isScenario(value: unknown): value is Scenario {
  const candidate = value as { rows?: Record<string, Row[]>; sessions?: Call[][] } | null;
  return typeof candidate === 'object' && candidate !== null && Array.isArray(candidate.sessions);
}
