/** What a check found: values that can be printed, stored, merged and compared. Formatters need nothing else. */
import type { Explanation } from './explanation.ts';
import type { History } from './history.ts';
import type { Interactions } from './interactions.ts';
import type { IsolationLevel } from './isolation.ts';
import type { Minimality } from './minimality.ts';
import type { Answer } from './model.ts';
import type { RecordedOptions } from './recorded-options.ts';
import type { Scenario } from './scenario.ts';
import type { Schedule } from './schedule.ts';
import type { TallyCounts } from './tally-counts.ts';
import type { OrderRule, Violation, Witness } from './verdict.ts';

/** Where executions ran. */
export interface Setting {
  /** `name` or `name/variant` of the model. */
  readonly model: string;
  /** `postgres` or `pglite`: what the `engine` option calls it. */
  readonly driver: string;
  /** With its version: `postgres 18.4`. */
  readonly engine: string;
  readonly isolation: IsolationLevel;
  readonly order: OrderRule;
  /** What the scheduler can interleave; today, only whole statements. */
  readonly granularity: 'statement';
}

/** The line of the code under test that sent a step's statement. */
export interface StatementLocation {
  /** As in the history's `released` events, counted from 0. */
  readonly step: number;
  /** Relative to the working directory if it lies below it; with forward slashes. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** A failing scenario with its schedule, what happened, and why that is wrong. */
export interface Counterexample {
  readonly setting: Setting;
  /** The file that defines the model, if it is known; relative to the working directory if it lies below it. */
  readonly modelFile?: string | undefined;
  /** The model's promise, if it states one. */
  readonly promise: string | undefined;
  readonly scenario: Scenario;
  readonly schedule: Schedule;
  readonly history: History;
  readonly answers: readonly (readonly Answer[])[];
  readonly violation: Violation;
  readonly minimality: Minimality;
  /** Names and evidence; undefined if they were not looked for. */
  readonly explanation?: Explanation | undefined;
  /** The lines of the code under test that sent the statements, as far as they are known. */
  readonly locations?: readonly StatementLocation[] | undefined;
  /** Replays exactly this: `v1:...`. */
  readonly replay: string;
}

/** How much was covered. A scenario is exhausted only if each of its schedules was run, or is equivalent to one that was. */
export interface Coverage {
  /** Scenarios that were generated. Absent in results of 0.1.0, and if scenarios are enumerated. */
  readonly drawn?: number | undefined;
  /** Of those, the ones dropped because they had been generated before. */
  readonly duplicates?: number | undefined;
  /** Different scenarios that were searched. */
  readonly scenarios: number;
  /** Of those, the ones whose every schedule was run, or is equivalent to one that was. */
  readonly exhaustive: number;
  /**
   * Scenarios searched by partial-order reduction: one schedule of each class of equivalent ones was to be run, and not
   * every schedule.
   */
  readonly reduced?: number | undefined;
  /** Classes of equivalent schedules that were run for those. */
  readonly classes?: number | undefined;
  /** Schedules run, over all scenarios, without re-runs and serial runs of single operations. */
  readonly schedules: number;
  /** Of those, the ones up to and including the first failure, before any shrinking; undefined if none failed. */
  readonly schedulesToFirstFailure?: number | undefined;
  /**
   * Schedules in a row that had shown nothing new when no other scenario was begun; undefined if that did not end the search.
   * None in results of 0.1.0.
   */
  readonly stoppedWithoutNews?: number | undefined;
  /** Single operations run alone to learn what they should do. */
  readonly learned: number;
  /** Operations that ended in 40001 or 40P01, and operations that were refused as the model declares. */
  readonly aborted: number;
  readonly refused: number;
  /** Operations run in these schedules. */
  readonly operations: number;
  /** The interactions of these schedules; undefined if none were counted, and in results of 0.1.0. */
  readonly interactions?: Interactions | undefined;
}

/**
 * Why a property may not have been able to fail:
 *
 * - `single-session`: no scenario had a second session
 * - `nothing-overlapped`: no operation began while another was under way
 * - `no-conflicts`: no two steps of different sessions conflicted, and none waited for another
 * - `never-returned`: an operation was aborted, refused or failed every time
 * - `every-operation-aborted`: an operation was aborted or refused every time that it overlapped with another
 */
export type WarningCode =
  'single-session' | 'nothing-overlapped' | 'no-conflicts' | 'never-returned' | 'every-operation-aborted';

export interface Warning {
  readonly code: WarningCode;
  /** The operation that it concerns, if it concerns one. */
  readonly operation?: string | undefined;
  /** In plain words. */
  readonly message: string;
}

/** Why there is no verdict. */
export type Inconclusive =
  /** The same schedule, run again from a clean state, gave a different history. */
  | {
      readonly kind: 'nondeterminism';
      readonly setting: Setting;
      readonly scenario: Scenario;
      readonly schedule: Schedule;
      /** The first step that differed, counted from 0; undefined if none did, or an operation run alone differed. */
      readonly step: number | undefined;
      /**
       * What differed although no step did; undefined if a step did, or an operation run alone. `outcome` differs when the
       * schedule is run with sequences that start elsewhere.
       */
      readonly only?: 'final tables' | 'memory' | 'verdict' | 'outcome' | undefined;
      readonly first: string;
      readonly second: string;
    }
  /** A named limit was hit. */
  | {
      readonly kind: 'limit';
      readonly limit: string;
      readonly detail: string;
      readonly scenario: Scenario | undefined;
      readonly schedule: Schedule | undefined;
    }
  /** The property could not have failed. */
  | { readonly kind: 'vacuous'; readonly detail: string }
  /** It could not be checked: the engine, the machine or the model's file failed. Only on the command line. */
  | {
      readonly kind: 'fault';
      /** Of the fault: `server-lost`; `not-begun` if others had failed before. */
      readonly code: string;
      readonly message: string;
      readonly detail: string | undefined;
      readonly hint: string | undefined;
    };

/** What every result says, whatever its verdict. */
interface ResultFacts {
  readonly setting: Setting;
  readonly coverage: Coverage;
  /**
   * Everything of which `coverage.interactions` lists the largest, so that `mergeCoverage` can add it to that of another
   * result. Undefined if nothing was searched, and in results that were read from a file.
   */
  readonly tally?: TallyCounts | undefined;
  /** Seed of the scenarios: a number or the string that was given. */
  readonly seed: number | string;
  /**
   * The options it was made with. Undefined if nothing was searched: a saved failure was run again, or the search could not
   * begin. None in results of 0.1.0.
   */
  readonly options?: RecordedOptions | undefined;
  /** fast-check's path to the counterexample: with the same seed it leads `check` straight there. */
  readonly path: string | undefined;
  /** One witness, as an example of why the runs are fine; undefined without a run. */
  readonly witness:
    { readonly scenario: Scenario; readonly schedule: Schedule; readonly witness: Witness } | undefined;
  /** Remarks beyond the verdict (a deadlock victim that could not be controlled, say). */
  readonly remarks: readonly string[];
  /** Why the property may not have been able to fail; only if nothing failed. Absent in results of 0.1.0. */
  readonly warnings?: readonly Warning[];
  readonly durationMs: number;
}

export interface HeldResult extends ResultFacts {
  readonly verdict: 'holds';
  readonly counterexample?: undefined;
  readonly inconclusive?: undefined;
}

export interface ViolatedResult extends ResultFacts {
  readonly verdict: 'violated';
  readonly counterexample: Counterexample;
  readonly inconclusive?: undefined;
}

export interface InconclusiveResult extends ResultFacts {
  readonly verdict: 'inconclusive';
  readonly counterexample?: undefined;
  readonly inconclusive: Inconclusive;
}

export type CheckResult = HeldResult | ViolatedResult | InconclusiveResult;

export type Verdict = CheckResult['verdict'];
