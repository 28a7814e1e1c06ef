/**
 * A race is known by what it is: the operations that take part, their two racing statements, the anomaly and its tables.
 * The scenario and the schedule that showed it are not part of that, so that a night yields five findings and not five
 * thousand. Only a shrunk counterexample has an identity that lasts: before that, operations take part that need not.
 */
import { createHash } from 'node:crypto';
import type { IsolationLevel } from '../../core/isolation.ts';
import type { Counterexample } from '../../core/result.ts';
import { operationsOf } from '../../core/scenario.ts';
import { statementsIn } from '../../core/sent-statements.ts';
import type { Violation } from '../../core/verdict.ts';
import { racingSteps } from '../../report/racing-steps.ts';
import { raceShape } from './race-shape.ts';

/** What distinguishes one race from another. */
export interface RaceIdentity {
  /** `name` or `name/variant`. */
  readonly model: string;
  /** `postgres` or `pglite`. */
  readonly driver: string;
  readonly isolation: IsolationLevel;
  readonly kind: Violation['kind'];
  /** Names of the operations that take part, sorted, with repetition. */
  readonly operations: readonly string[];
  /** Its code, or `unclassified`. */
  readonly anomaly: string;
  /** The shapes of the two racing statements, in their order; undefined if no pair decides. */
  readonly pair: readonly [string, string] | undefined;
  /** Of the evidence, sorted. */
  readonly tables: readonly string[];
}

/** Of a counterexample that was shrunk and explained. One whose check was interrupted has no evidence, so its id does not last. */
export function identityOf(counterexample: Counterexample): RaceIdentity {
  const { setting, scenario, violation, explanation } = counterexample;
  return {
    model: setting.model,
    driver: setting.driver,
    isolation: setting.isolation,
    kind: violation.kind,
    operations: operationsOf(scenario),
    anomaly: explanation?.anomaly.code ?? 'unclassified',
    pair: pairOf(counterexample),
    tables: [...new Set((explanation?.evidence ?? []).map(({ table }) => table))].toSorted(),
  };
}

/** 10 hexadecimal digits of a hash of its canonical text: the key of a race, and the name of its file. */
export function idOf(identity: RaceIdentity): string {
  const { model, driver, isolation, kind, operations, anomaly, pair, tables } = identity;
  const text = JSON.stringify([
    model,
    driver,
    isolation,
    kind,
    operations.toSorted(),
    anomaly,
    pair ?? null,
    tables.toSorted(),
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

function pairOf(counterexample: Counterexample): RaceIdentity['pair'] {
  const steps = racingSteps(counterexample);
  if (steps === undefined) return undefined;
  const shapes = new Map(
    statementsIn(counterexample.history).map(({ step, statement }) => [step, raceShape(statement.text)]),
  );
  const [first, second] = [shapes.get(steps.first.step), shapes.get(steps.second.step)];
  return first === undefined || second === undefined ? undefined : [first, second];
}
