/**
 * The messages between the parent process and its worker. The worker is a process of its own: it runs the code under test,
 * which may keep it busy for ever or end it, and the parent still has an answer.
 */
import type { Exploration } from '../../search/explore.ts';
import type { Progress } from '../../check/options.ts';
import type { ExecutorAccount, Stint } from '../../search/scenario-executor.ts';
import type { FaultKind } from '../../core/fault.ts';
import type { Answers, CheckJob, Job, LeadsJob } from '../job.ts';
import type { ModelFacts } from '../model-facts.ts';

/** A configuration as it was found: its settings, and the file's name for messages. */
export interface FoundConfig {
  readonly file: string;
  readonly value: unknown;
}

/** Loading a file runs it, too, so a worker does it: the models that a file exports, and a configuration file. */
type LoadRequest =
  | { readonly kind: 'config'; readonly path: string | undefined }
  | { readonly kind: 'models'; readonly name: string; readonly absolute: string };

/** A worker helps another one with a check: it makes ready for it, searches scenarios, and gives back what it has. */
type HelpRequest =
  | { readonly kind: 'help'; readonly job: CheckJob }
  | { readonly kind: 'explore'; readonly stint: Stint }
  | { readonly kind: 'dismiss' };

export type Request = Job | LoadRequest | HelpRequest;

export interface RequestAnswers extends Answers {
  readonly config: FoundConfig | undefined;
  readonly models: readonly ModelFacts[];
  readonly help: undefined;
  readonly explore: { readonly exploration: Exploration; readonly account: ExecutorAccount };
  readonly dismiss: undefined;
}

export type ToWorker =
  | {
      readonly kind: 'request';
      readonly request: Request;
      /** How long a file may take to load, in milliseconds. */
      readonly stallMs: number;
    }
  /** What came of a job that was delegated. */
  | { readonly kind: 'delegated'; readonly number: number; readonly outcome: JobOutcome }
  /** End the search of the scenario; what was found of it is the answer. */
  | { readonly kind: 'cancel' }
  /** End what is being done, close the engines and leave. */
  | { readonly kind: 'stop' };

export interface FaultFacts {
  readonly message: string;
  readonly code: string;
  readonly kind: FaultKind;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
}

export type JobOutcome =
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'fault'; readonly fault: FaultFacts }
  | { readonly kind: 'stalled'; readonly last: string; readonly stallMs: number }
  /** Something that nobody expected. */
  | { readonly kind: 'crash'; readonly text: string };

export type FromWorker =
  /** Sent at intervals: if none comes, the code under test does not give control back. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** Have this executor do a job. */
  | { readonly kind: 'delegate'; readonly number: number; readonly place: number; readonly job: LeadsJob }
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'fault'; readonly fault: FaultFacts }
  /** The code under test keeps a helper busy and does not give control back. */
  | { readonly kind: 'stalled'; readonly last: string; readonly stallMs: number }
  /** Something that nobody expected: a bug, here or in the code under test. */
  | { readonly kind: 'crash'; readonly text: string };

/** Between two signs of life of a worker. */
export const heartbeatMs = 500;

/** The file descriptor of the note that says which operation was begun last, and the note's length. */
export const noteDescriptor = 4;
/** The worker's end of the pipe whose other end is the parent's, and closes with it. */
export const lifelineDescriptor = 5;
/** The time in which a worker ends an execution and closes its engines; a server takes a while. */
export const stopTimeoutMs = 20_000;
export const noteLength = 160;
