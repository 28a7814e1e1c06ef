/** Every wait of the engine has a limit with a name; hitting one is a reported reason, never a hang. */
export interface Limits {
  /** How long one statement may run without a reply and without waiting for one of our sessions. */
  readonly stepTimeoutMs: number;
  /** How long sessions may wait for something that is not the database while nobody else can go on. */
  readonly outsideTimeoutMs: number;
  /** Steps in one execution; more means an operation that does not end. */
  readonly maxSteps: number;
  /** How long a given-up execution may take to unwind before its sessions are left behind. */
  readonly unwindTimeoutMs: number;
  /** How long one question of the engine's own may take: to read or restore tables, or to ask who waits. */
  readonly databaseTimeoutMs: number;
  /** How long the model's schema may take to be made. */
  readonly schemaTimeoutMs: number;
  /** How long each call of the model's `setup`, `beforeEach` and `teardown` may take. */
  readonly setupTimeoutMs: number;
}

export type LimitName = keyof Limits;

/** What the command line and its page need to know of a limit. */
export interface LimitFacts {
  /** Milliseconds if the limit's name ends in `Ms`, else a count. */
  readonly standard: number;
  /** Completes "how long" or "how many", as help texts put it: no capital, no full stop. */
  readonly help: string;
}

/** Every limit, once: options, configuration keys and their help are made from this table. */
export const limitTable: Readonly<Record<LimitName, LimitFacts>> = {
  stepTimeoutMs: {
    standard: 10_000,
    help: 'how long a statement may run without a reply and without waiting for another session',
  },
  outsideTimeoutMs: {
    standard: 3_000,
    help: 'how long sessions may wait for something outside the database while nobody else can go on',
  },
  maxSteps: { standard: 400, help: 'how many steps an execution may take' },
  unwindTimeoutMs: {
    standard: 1_000,
    help: 'how long a given-up execution may take to unwind before its sessions are left behind',
  },
  databaseTimeoutMs: {
    standard: 30_000,
    help: "how long one of pg-lockstep's own questions to the database may take",
  },
  schemaTimeoutMs: { standard: 60_000, help: "how long the model's schema may take to be made" },
  setupTimeoutMs: {
    standard: 60_000,
    help: "how long each of the model's setup, beforeEach and teardown may take",
  },
};

export const limitNames: readonly LimitName[] = Object.keys(limitTable) as LimitName[];

export const defaultLimits: Limits = Object.fromEntries(
  limitNames.map((name) => [name, limitTable[name].standard]),
) as Record<LimitName, number>;
