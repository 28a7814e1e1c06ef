/**
 * A job is one unit of a campaign: a question about one model, on one engine, with the library's own options. It is
 * plain data, so that it can be sent to another process or kept in a queue.
 */
import type { CertificateCheck } from '../certify/check-certificate.ts';
import type { Certification } from '../certify/certify.ts';
import type { CertifyOptions } from '../certify/options.ts';
import type { CheckOptions } from '../check/options.ts';
import type { Certificate } from '../core/certificate.ts';
import type { ScenarioSize } from '../core/certify-limits.ts';
import type { IsolationLevel } from '../core/isolation.ts';
import type { OrderRule } from '../core/order-rule.ts';
import type { CheckResult, Counterexample, Inconclusive } from '../core/result.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Witness } from '../core/verdict.ts';
import type { Limits } from '../engine/limits.ts';
import type { HuntAnswer, HuntQuestion } from '../hunt/answer.ts';
import type { Lead, LeadsRun } from '../search/leads.ts';

export const engineNames = ['postgres', 'pglite'] as const;
export type EngineName = (typeof engineNames)[number];

export interface EngineChoice {
  readonly engine: EngineName;
  /** URL of the server to use; only for postgres. Undefined: a throw-away server. */
  readonly server: string | undefined;
}

/** The place of a model: its id, and the file that exports it, by the name that people know and by its absolute path. */
export interface ModelRef {
  /** `name` or `name/variant`. */
  readonly id: string;
  /** Relative to the working directory if it lies below it. */
  readonly file: string;
  readonly absolute: string;
}

/** Options that are plain data, those of a library function without its engine and callbacks; undefined: the default. */
type Plain<Options, Left extends keyof Options> = {
  readonly [K in keyof Omit<Options, Left>]?: Options[K] | undefined;
} & { readonly isolation: IsolationLevel };

/** Those of `check`. */
export type PlainCheckOptions = Plain<CheckOptions, 'engine' | 'signal' | 'onProgress' | 'fastCheck'>;

/** Those of `certify`. */
export type PlainCertifyOptions = Plain<CertifyOptions, 'engine' | 'signal' | 'onProgress' | 'source'>;

interface JobOf<Kind extends string, Options> {
  readonly kind: Kind;
  readonly model: ModelRef;
  readonly engine: EngineChoice;
  readonly options: Options;
}

export type CheckJob = JobOf<'check', PlainCheckOptions> & {
  /** Processes besides the executor's own that may search its scenarios. Default: none. */
  readonly helpers?: number;
};
export type CertifyJob = JobOf<'certify', PlainCertifyOptions> & {
  /** Executors that the search of each large scenario is divided among. Default: none. */
  readonly divided?: number;
};

/** Beginnings of executions of one scenario, for a search that is planned elsewhere. */
export type LeadsJob = JobOf<
  'leads',
  { readonly isolation: IsolationLevel; readonly order: OrderRule; readonly limits: Partial<Limits> }
> & {
  readonly scenario: Scenario;
  readonly leads: readonly Lead[];
};

/** Is a certificate still true? `recheck` also searches again, up to a size if one is given. */
export type RecheckJob = JobOf<
  'recheck',
  { readonly recheck: boolean | ScenarioSize; readonly limits: Partial<Limits> }
> & { readonly certificate: Certificate };

/** A replay line (`v1:...`) on the code as it is now. */
export type ReplayJob = JobOf<'replay', { readonly times: number; readonly limits: Partial<Limits> }> & {
  readonly line: string;
};

/** A round of a fuzzing campaign. */
export type HuntJob = JobOf<
  'hunt',
  {
    readonly isolation: IsolationLevel;
    readonly order: OrderRule;
    readonly limits: Partial<Limits>;
    /** In milliseconds; undefined: no limit. */
    readonly timeBudgetMs: number | undefined;
  }
> & { readonly question: HuntQuestion };

export type Job = CheckJob | CertifyJob | LeadsJob | RecheckJob | ReplayJob | HuntJob;

export interface ReplayAnswer {
  readonly counterexample: Counterexample | undefined;
  readonly inconclusive: Inconclusive | undefined;
  readonly witness: Witness | undefined;
}

/** The answer to each kind of job: plain data, too. */
export interface Answers {
  readonly check: CheckResult;
  readonly certify: Certification;
  readonly leads: LeadsRun;
  readonly recheck: CertificateCheck;
  readonly replay: ReplayAnswer;
  readonly hunt: HuntAnswer;
}
