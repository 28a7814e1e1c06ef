/** Minimality is what was tried to make a counterexample smaller: how far it is from a smaller one that fails too. */
import type { Scenario } from './scenario.ts';

/** The attempts to make a counterexample smaller, and their results. */
export interface Minimality {
  /** Preemptions of the schedule. */
  readonly preemptions: number;
  /**
   * Whether all schedules of the final scenario with fewer preemptions were run and passed; `fewerRun` says how
   * many there were.
   */
  readonly fewerPreemptionsPass: boolean;
  /** Some of them fail, but only in another way. None in results of 0.1.0. */
  readonly fewerFailOtherwise?: boolean | undefined;
  readonly fewerRun: number;
  /** Whether smaller scenarios were looked for at all. */
  readonly shrunk: boolean;
  /** Smaller scenarios that were searched without finding a failing schedule. */
  readonly smallerScenariosTried: number;
  /** Of those, how many were searched completely. */
  readonly smallerScenariosExhausted: number;
  /**
   * Whether nothing one step smaller fails: all schedules of all neighbours pass (`neighbours`, none of them open), and so
   * do all schedules with fewer preemptions. Neighbours that the code under test refuses do not count: a scenario that
   * cannot be run is no counterexample. This is a local minimum, and says nothing about scenarios two steps smaller.
   */
  readonly certified: boolean;
  /** The search of all neighbours; undefined if there was none (see the option `certify`). */
  readonly neighbours?: NeighbourSearch | undefined;
}

/**
 * What a neighbour has less of:
 *
 * - `session`, `operation`, `row`: one fewer
 * - `argument`, `value`: an argument of a call, or the starting rows, one step of fast-check's shrinking simpler
 */
export type NeighbourPart = 'session' | 'operation' | 'row' | 'argument' | 'value';

/** A neighbour without a verdict. */
export interface OpenNeighbour {
  readonly part: NeighbourPart;
  /** In words: `without session s2`. */
  readonly change: string;
  /** Undefined if it is not known what would be simpler. */
  readonly scenario: Scenario | undefined;
  /** Its schedules that were run. */
  readonly schedules: number;
  readonly reason: string;
}

/** The search of every scenario that is one step smaller than the counterexample's. */
export interface NeighbourSearch {
  readonly neighbours: number;
  /** Of those, the ones whose search was exhausted without a failure. */
  readonly passed: number;
  /** Those whose search was exhausted with failures of another kind only. None in results of 0.1.0. */
  readonly otherwise?: number | undefined;
  /** Their schedules that were run. */
  readonly schedules: number;
  /** How often a neighbour failed and became the counterexample. */
  readonly replaced: number;
  /** The first neighbours without a verdict, and the number of others. */
  readonly open: readonly OpenNeighbour[];
  readonly moreOpen: number;
  /** The first neighbours that the code under test refuses. */
  readonly refused: readonly OpenNeighbour[];
  readonly moreRefused: number;
}
