/**
 * A model names the operations of the code under test and the schema they work on. It is what a user
 * writes; everything else (scenarios, schedules, the oracle) is derived from it.
 */
import type { Client, Pool } from 'pg';
import type { Arbitrary } from './arbitrary.ts';
import type { Clients, HttpRequest } from './clients.ts';
import type { Environment } from './environment.ts';
import type { IsolationLevel } from './isolation.ts';
import type { OrderRule } from './order-rule.ts';

/** A row as the user writes it: column name to a value that JSON can carry. Left-out columns get null. */
export type Row = Readonly<Record<string, unknown>>;

/** Starting rows: table name (qualified with its schema unless it is `public`) to rows, in insertion order. */
export type Rows = Readonly<Record<string, readonly Row[]>>;

/**
 * An operation's argument: one client of the database, as the code under test would hold it.
 *
 * @typeParam Memory what this session remembers from one operation to the next (an ETag, say)
 * @typeParam Shared what all sessions of one execution share inside the process (an in-process mutex, say)
 * @typeParam App what the model's `setup` returned
 */
export interface Session<Memory = unknown, Shared = unknown, App = unknown> {
  /** The session's own connection: a real `pg` client, already connected. */
  readonly client: Client;
  /** A real `pg` pool whose connections all belong to this session, for code that takes a pool. */
  readonly pool: Pool;
  /** The session's memory; operations change it in place. It must survive `structuredClone`. */
  readonly memory: Memory;
  /** In-process state shared by all sessions of one execution; each execution makes its own. */
  readonly shared: Shared;
  /** What the model's `setup` returned for this database; undefined without one. */
  readonly app: App;
}

/**
 * Takes one of several equally good options; undefined if there are none. The choice must depend on nothing else,
 * since the oracle tries each option in turn.
 */
export type AnyOf = <T>(options: readonly T[]) => T | undefined;

/**
 * One call of the code under test, meant to look atomic to other sessions.
 *
 * What it returns is compared with what it returns when run alone, so it must be plain data (JSON values,
 * dates, bigints, buffers). An error that it throws is a result too.
 */
export interface Operation<Memory = any, Shared = any, Args extends readonly unknown[] = any, App = any> {
  /** fast-check arbitraries for the arguments, one per parameter after the session. Default: none. */
  readonly arguments?: { readonly [K in keyof Args]: Arbitrary<Args[K]> };
  /** Runs the code under test. Left out if it runs in the model's {@link Model.clients}, which call it by its name. */
  readonly run?: ((session: Session<Memory, Shared, App>, ...args: Args) => Promise<unknown>) | undefined;
  /** For an HTTP service: what it is asked. The operation returns the status and the body of the response. */
  readonly request?: (...args: Args) => HttpRequest;
  /**
   * What the operation may do when it runs alone, if that is more than one thing: "take any free seat" is a relation, and
   * `run`, which takes the first unlocked seat, is one way to satisfy it. To learn what a serial order gives, the oracle
   * runs this form in place of `run`, once for each option of each choice. Default: `run`.
   */
  readonly serial?: (session: Session<Memory, Shared, App>, anyOf: AnyOf, ...args: Args) => Promise<unknown>;
  /**
   * What of a returned value counts: its result is compared, shown and stored in place of the value. For values with parts
   * that differ from run to run and mean nothing (tokens, hashes, expiry times). A pure function, not async. What an
   * operation throws is compared as it is. Default: the value itself.
   */
  readonly compare?: (result: any) => unknown;
  /** How often the operation is drawn, relative to the others. Default 1. */
  readonly weight?: number;
}

/** An operation's result as the oracle sees it: what it returned, or the error that it threw. */
export type Answer =
  | { readonly kind: 'returned'; readonly value: unknown }
  | {
      readonly kind: 'failed';
      /** SQLSTATE of a database error, else undefined. */
      readonly sqlstate?: string | undefined;
      readonly constraint?: string | undefined;
      /** The error's class name, for errors that are not the database's. */
      readonly name: string;
      readonly message: string;
    };

/** A call: the operation's name and its arguments. */
export interface Call {
  readonly operation: string;
  readonly args: readonly unknown[];
}

/** A pure sequential specification, checked against the code run serially as well as against every execution. */
export interface Specification<State = any> {
  /** The abstract state that the starting rows stand for. */
  readonly init: (rows: Rows) => State;
  /**
   * What the call must answer in this state, and the state after it. `memory` is the session's abstract
   * memory, `undefined` at first.
   */
  readonly apply: (
    state: State,
    call: Call,
    memory: unknown,
  ) => { readonly state: State; readonly value: unknown; readonly memory?: unknown };
}

/** One finished execution, as an invariant sees it. */
export interface Observation {
  /** Final rows by table, values as `pg` would return them as text; null stays null. */
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, string | null>>[]>>;
  /** Every call with its answer, session by session. */
  readonly sessions: readonly (readonly { readonly call: Call; readonly answer: Answer }[])[];
}

/** A condition on one finished execution: returns a complaint, or undefined if all is well. */
export type Invariant = (observation: Observation) => string | undefined;

/** The expected verdict of a variant, for the main job. `violated` at a level means that some scenario fails there. */
export type Expectation = 'holds' | 'violated';

/** The verdicts that the model declares; the main job compares them with its own. */
export type Expectations = Readonly<Partial<Record<IsolationLevel | 'pglite', Expectation>>>;

/** Why a variant is in its model file. */
export type VariantKind =
  /** The code as the public report had it. */
  | 'reported'
  /** A fix that looks right and is not. */
  | 'tempting'
  /** A fix that holds. */
  | 'mended';

/** How to check a model, unless the options of a check say otherwise. */
export interface ModelCheck {
  /**
   * The level, or all the levels, at which the code is meant to hold. `check` takes the first of them; `lockstepTest` and
   * the command line check each. Default `read committed`.
   */
  readonly isolation?: IsolationLevel | readonly IsolationLevel[];
  /** Which serial orders may explain an outcome. Default `session`. */
  readonly order?: OrderRule;
  /** Sessions of a scenario: a number, or a range. Default 2 to 3. */
  readonly sessions?: number | { readonly min: number; readonly max: number };
  /** The most operations of one session. Default 2. */
  readonly maxOperations?: number;
}

/**
 * A model as its author writes it.
 *
 * @typeParam Memory see {@link Session}
 * @typeParam Shared see {@link Session}
 * @typeParam App see {@link Session}
 */
export interface ModelDefinition<Memory = any, Shared = any, App = any> {
  readonly name: string;
  /** Distinguishes variants of one system: `segment-cache` / `autocommit`. */
  readonly variant?: string;
  readonly kind?: VariantKind;
  /** One sentence: what the code under test does here. */
  readonly description?: string;
  /** What must hold, in the words of the failure's first line: "a report adds up". */
  readonly promise?: string;
  /**
   * SQL that makes the schema (and rows that are the same in every scenario). Run once per database. Default, if there is a
   * `setup`: nothing.
   */
  readonly schema?: string;
  /**
   * Starts the application whose code the operations call, and may run its migrations. Called once per database (lane),
   * after `schema` and before the starting state is read; nothing that it sends is scheduled. Operations get what it
   * returns as `session.app`. Limit: `setupTimeoutMs`.
   */
  readonly setup?: (environment: Environment) => App | Promise<App>;
  /**
   * Puts the application back before each execution (empties its caches, say), also before those in which an operation runs
   * alone. It finds the starting rows in the database and must not change them; what it sends is not scheduled. Limit:
   * `setupTimeoutMs`.
   */
  readonly beforeEach?: (app: App, environment: Environment) => unknown;
  /** Ends what `setup` started, when the check has finished with the database. Limit: `setupTimeoutMs`. */
  readonly teardown?: (app: App) => unknown;
  /** Generated starting rows, or fixed ones. Default: none beyond what the schema inserts. */
  readonly rows?: Arbitrary<Rows> | Rows;
  readonly operations: Readonly<Record<string, Operation<Memory, Shared, any, NoInfer<App>>>>;
  /**
   * Programs that run the operations without a `run`: `processes` or `http`, one program for each session. Default: none.
   */
  readonly clients?: Clients;
  /** What a session remembers at first. Default: an empty object. */
  readonly memory?: () => Memory;
  /**
   * In-process state shared by the sessions of one execution. It is given what `setup` returned, whose own state counts as
   * shared only if it is returned here. Default: an empty object.
   */
  readonly shared?: (app: App) => Shared;
  /** Columns of generated values that have no meaning of their own, beyond those known from the catalog. */
  readonly generated?: Readonly<Record<string, readonly string[]>>;
  /** Answers that refuse the call (412 Precondition Failed): always allowed, but the call must have had no effect. */
  readonly refusal?: (answer: Answer, call: Call) => boolean;
  /** Whether 40001 and 40P01 are allowed outcomes. Default true. */
  readonly allowAborts?: boolean;
  readonly specification?: Specification;
  readonly invariants?: Readonly<Record<string, Invariant>>;
  readonly expected?: Expectations;
  /** How to check it, unless the options of a check say otherwise. */
  readonly check?: ModelCheck;
}

/** A definition of which the schema is known, as `defineModel` makes it. */
export interface Model<Memory = any, Shared = any, App = any> extends ModelDefinition<Memory, Shared, App> {
  readonly schema: string;
}

/** `name`, or `name/variant`. */
export function modelId(model: Pick<Model, 'name' | 'variant'>): string {
  return model.variant === undefined ? model.name : `${model.name}/${model.variant}`;
}

/** The levels at which the model is meant to hold; never empty. */
export function levelsOf({ check }: Pick<Model, 'check'>): readonly IsolationLevel[] {
  const { isolation = [] } = check ?? {};
  const levels = typeof isolation === 'string' ? [isolation] : isolation;
  return levels.length === 0 ? ['read committed'] : levels;
}
