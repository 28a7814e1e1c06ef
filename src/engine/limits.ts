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
}

export const defaultLimits: Limits = {
  stepTimeoutMs: 10_000,
  outsideTimeoutMs: 3_000,
  maxSteps: 400,
  unwindTimeoutMs: 1_000,
};

export type LimitName = keyof Limits;
