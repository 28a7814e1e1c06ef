/** The options of `postgres()`, and their defaults. */
export interface PostgresOptions {
  /**
   * An existing server, as a `postgres://` URL or a socket path that `pg` understands. The driver makes its
   * own databases there and drops them. Default: a throw-away cluster on this machine.
   */
  readonly server?: string;
  /** Folder that holds `initdb` and `postgres`, for the throw-away cluster. Default: see `find-binaries.ts`. */
  readonly binaries?: string;
  /** Limit for making and starting the throw-away cluster, in milliseconds. Default 30 000. */
  readonly startTimeoutMs?: number;
  /** Limit for one connection attempt, in milliseconds. Default 10 000. */
  readonly connectTimeoutMs?: number;
}

export interface ResolvedOptions {
  readonly server: string | undefined;
  readonly binaries: string | undefined;
  readonly startTimeoutMs: number;
  readonly connectTimeoutMs: number;
}

export function resolveOptions(options: PostgresOptions): ResolvedOptions {
  return {
    server: options.server,
    binaries: options.binaries,
    startTimeoutMs: options.startTimeoutMs ?? 30_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
  };
}
