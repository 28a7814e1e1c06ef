/**
 * Generates scenarios. fast-check stays in charge of randomness and of shrinking arguments and rows; what it
 * does not try by itself (leaving out any one session, call or row) is added behind its own shrinks.
 */
import fc from 'fast-check';
import type { Call, Model, Row, Rows } from '../core/model.ts';
import type { Scenario } from '../core/scenario.ts';
import { smallerScenarios, type SmallerOptions } from '../shrink/smaller.ts';

export interface ScenarioBounds {
  /** Sessions, at least 1. */
  readonly minSessions: number;
  readonly maxSessions: number;
  /** Operations of one session, at least 1. */
  readonly maxOperations: number;
}

export function scenarioArbitrary(model: Model, bounds: ScenarioBounds): fc.Arbitrary<Scenario> {
  const calls = Object.entries(model.operations).map(([name, operation]) => ({
    arbitrary: fc.tuple(...((operation.arguments ?? []) as readonly fc.Arbitrary<unknown>[])).map(
      (args): Call => ({ operation: name, args }),
      (call) => [...(call as Call).args],
    ),
    weight: operation.weight ?? 1,
  }));
  const call = fc.oneof(...calls);
  const rows = rowsArbitrary(model.rows);
  const generated = fc.record({
    rows,
    sessions: fc.array(fc.array(call, { minLength: 1, maxLength: bounds.maxOperations }), {
      minLength: bounds.minSessions,
      maxLength: bounds.maxSessions,
    }),
  });
  return new ScenarioArbitrary(generated, {
    minSessions: bounds.minSessions,
    couldStartFrom: (fewer) => rows.canShrinkWithoutContext(fewer),
  });
}

function rowsArbitrary(rows: Model['rows']): fc.Arbitrary<Rows> {
  if (rows === undefined) return fc.constant({});
  return isArbitrary(rows) ? rows : fc.constant(rows);
}

/** By shape, not by class: the model may have another copy of fast-check. */
function isArbitrary(value: fc.Arbitrary<Rows> | Rows): value is fc.Arbitrary<Rows> {
  return typeof (value as { generate?: unknown }).generate === 'function';
}

class ScenarioArbitrary extends fc.Arbitrary<Scenario> {
  readonly #inner: fc.Arbitrary<Scenario>;
  readonly #smaller: SmallerOptions;

  constructor(inner: fc.Arbitrary<Scenario>, smaller: SmallerOptions) {
    super();
    this.#inner = inner;
    this.#smaller = smaller;
  }

  generate(random: fc.Random, bias: number | undefined): fc.Value<Scenario> {
    return this.#inner.generate(random, bias);
  }

  canShrinkWithoutContext(value: unknown): value is Scenario {
    return isScenario(value);
  }

  shrink(value: Scenario, context: unknown): fc.Stream<fc.Value<Scenario>> {
    const own = fc
      .stream(smallerScenarios(value, this.#smaller))
      .map((smaller) => new fc.Value(smaller, undefined));
    // Without its context (after a structural shrink) the inner arbitrary can still shrink what it recognises.
    const known = context !== undefined || this.#inner.canShrinkWithoutContext(value);
    return known ? own.join(this.#inner.shrink(value, context)) : own;
  }
}

function isScenario(value: unknown): value is Scenario {
  const candidate = value as { rows?: Record<string, Row[]>; sessions?: Call[][] } | null;
  return typeof candidate === 'object' && candidate !== null && Array.isArray(candidate.sessions);
}
