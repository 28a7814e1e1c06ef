/**
 * What the command and its worker say to each other. The worker is a process of its own: it runs the code under
 * test, which may keep it busy for ever or end it, and the command still has an answer.
 */
import type { Progress, StrategyName } from '../../check/options.ts';
import type { Certification } from '../../certify/certify.ts';
import type { CertificateCheck } from '../../certify/check-certificate.ts';
import type { Certificate, ScenarioSize } from '../../core/certificate.ts';
import type { FaultKind } from '../../core/fault.ts';
import type { IsolationLevel } from '../../core/isolation.ts';
import type { Expectations, VariantKind } from '../../core/model.ts';
import type { CheckResult, Counterexample, Inconclusive } from '../../core/result.ts';
import type { OrderRule, Witness } from '../../core/verdict.ts';
import type { Limits } from '../../engine/limits.ts';
import type { FoundConfig } from '../settings.ts';
import type { EngineName } from '../values.ts';

/** What is known of a model without running it. */
export interface ModelFacts {
  /** `name` or `name/variant`. */
  readonly id: string;
  readonly name: string;
  readonly variant: string | undefined;
  readonly kind: VariantKind | undefined;
  readonly description: string | undefined;
  readonly promise: string | undefined;
  readonly operations: readonly string[];
  /** At which it is meant to hold, and by which orders. */
  readonly levels: readonly IsolationLevel[];
  readonly order: OrderRule;
  readonly expected: Expectations;
  readonly schema: string;
  /** The export that is the model itself; undefined where it is one of a list. */
  readonly exported: string | undefined;
  /** The file's name, and where it is. */
  readonly file: string;
  readonly absolute: string;
}

/** The plain part of the options of `check`. */
export interface CheckOrder {
  readonly isolation: IsolationLevel;
  readonly order?: OrderRule | undefined;
  readonly sessions?: number | { readonly min: number; readonly max: number } | undefined;
  readonly maxOperations?: number | undefined;
  readonly numRuns?: number | undefined;
  readonly maxSchedules?: number | undefined;
  readonly maxSchedulesPerShrink?: number | undefined;
  readonly maxTotalSchedules?: number | undefined;
  readonly timeBudgetMs?: number | undefined;
  readonly strategy?: StrategyName | undefined;
  readonly lanes?: number | undefined;
  readonly seed?: number | string | undefined;
  readonly path?: string | undefined;
  readonly reduction?: boolean | undefined;
  readonly shrink?: boolean | undefined;
  readonly failOnWarnings?: boolean | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

/** The plain part of the options of `certify`. */
export interface CertifyOrder {
  readonly isolation: IsolationLevel;
  readonly order?: OrderRule | undefined;
  readonly sessions?: number | undefined;
  readonly operations?: number | undefined;
  readonly values?: number | undefined;
  readonly maxSchedulesPerSize?: number | undefined;
  readonly timeBudgetMs?: number | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

export interface EngineChoice {
  readonly engine: EngineName;
  /** Only for postgres. */
  readonly server: string | undefined;
}

export type ModelRef = Pick<ModelFacts, 'id' | 'absolute' | 'file'>;

export interface Replayed {
  readonly counterexample: Counterexample | undefined;
  readonly inconclusive: Inconclusive | undefined;
  readonly witness: Witness | undefined;
}

/** What can be asked, and what is answered. */
export interface Requests {
  config: { readonly ask: { readonly path: string | undefined }; readonly answer: FoundConfig | undefined };
  models: {
    readonly ask: { readonly name: string; readonly absolute: string };
    readonly answer: readonly ModelFacts[];
  };
  check: {
    readonly ask: { readonly model: ModelRef; readonly where: EngineChoice; readonly order: CheckOrder };
    readonly answer: CheckResult;
  };
  certify: {
    readonly ask: { readonly model: ModelRef; readonly where: EngineChoice; readonly order: CertifyOrder };
    readonly answer: Certification;
  };
  checkCertificate: {
    readonly ask: {
      readonly model: ModelRef;
      readonly where: EngineChoice;
      readonly certificate: Certificate;
      readonly recheck: boolean | ScenarioSize;
      readonly limits: Partial<Limits>;
    };
    readonly answer: CertificateCheck;
  };
  replay: {
    readonly ask: {
      readonly model: ModelRef;
      readonly where: EngineChoice;
      readonly line: string;
      readonly times: number;
      readonly limits: Partial<Limits>;
    };
    readonly answer: Replayed;
  };
}

export type RequestKind = keyof Requests;

export type Request = {
  [K in RequestKind]: {
    readonly kind: K;
    readonly ask: Requests[K]['ask'];
    /** How long a file may take to load. */
    readonly stallMs: number;
  };
}[RequestKind];

export type ToWorker =
  | Request
  /** End what is being done, close the engines and leave. */
  | { readonly kind: 'stop' };

export interface FaultFacts {
  readonly message: string;
  readonly code: string;
  readonly kind: FaultKind;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
}

export type FromWorker =
  /** Sent at intervals: not to come means that the code under test does not give control back. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'fault'; readonly fault: FaultFacts }
  /** Something that nobody expected: a bug, here or in the code under test. */
  | { readonly kind: 'crash'; readonly text: string };

/** The worker tells every so often that it is alive. */
export const heartbeatMs = 500;

/** The file descriptor of the note that says which operation was begun last, and the note's length. */
export const noteDescriptor = 4;
/** The worker's end of the pipe whose other end is the command's, and closes with it. */
export const lifelineDescriptor = 5;
/** A worker that is to stop ends an execution and closes its engines; a server takes a while. */
export const stopTimeoutMs = 20_000;
export const noteLength = 160;
