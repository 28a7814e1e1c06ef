/**
 * A certificate states what was covered completely: all schedules of all scenarios up to a size, on one engine at one
 * isolation level. It holds nothing that changes from one run to the next (no time, no machine), so the same code on the
 * same engine gives the same file, byte for byte.
 */
import type { CertifyLimits, ScenarioSize } from './certify-limits.ts';
import type { Setting } from './result.ts';

/** A size whose scenarios were all run, each with one schedule of every class of equivalent schedules. */
export interface CoveredSize extends ScenarioSize {
  readonly scenarios: number;
  /** Schedules run. */
  readonly schedules: number;
  /** Classes of equivalent schedules; if it is not known which are equivalent, every schedule is a class. */
  readonly classes: number;
  /** Operations that ended in 40001 or 40P01, which is allowed when it has no effect. */
  readonly aborted: number;
  /** Operations that were refused as the model declares. */
  readonly refused: number;
}

/** A requested size that is not covered, with the number of its scenarios. */
export interface SizeLeft extends ScenarioSize {
  readonly scenarios: number;
  readonly reason: 'schedules' | 'time' | 'a smaller size does not fit';
}

/** Values that stand for all that an arbitrary generates. */
export interface TakenValues {
  readonly taken: readonly unknown[];
  /** Different values among all that were drawn. */
  readonly known: number;
  /** Whether these are all values: the model fixes them, or the second half of the draws brought no new one. */
  readonly all: boolean;
}

/** The files, packages and schema that a certificate depends on. */
export interface CertifiedSource {
  /** The model's file and the local files that it imports, by name relative to the model's folder. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  /** Imported packages with their installed versions; `unknown` if none is found. */
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  /** SHA-256 of the model's schema text. */
  readonly schema: string;
}

export interface Certificate {
  readonly schema: 'pg-lockstep-certificate';
  readonly schemaVersion: 1;
  /** Release of pg-lockstep. */
  readonly version: string;
  readonly setting: Setting;
  /** The requested limits. */
  readonly asked: CertifyLimits;
  readonly rows: TakenValues;
  /** For each operation, the values of each argument. */
  readonly arguments: Readonly<Record<string, readonly TakenValues[]>>;
  readonly covered: readonly CoveredSize[];
  readonly left: readonly SizeLeft[];
  /** Sums over `covered`. */
  readonly scenarios: number;
  readonly schedules: number;
  readonly classes: number;
  /** The assumptions of the claim, in words. */
  readonly assumed: readonly string[];
  /** What the claim does not cover, in words. */
  readonly notCovered: readonly string[];
  readonly source: CertifiedSource;
  /** SHA-256 of all of the above. */
  readonly digest: string;
}
