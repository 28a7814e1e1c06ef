/**
 * The contract between the engine and a kind of database. A driver starts (or reaches) a server and makes databases of
 * its own in it. The engine does everything else through real `pg` clients, so it is the same for every kind. A
 * capability record says what a kind cannot do; nothing tests a driver's class with `instanceof`.
 */
import type { Client, ClientConfig } from 'pg';
import type { Fault } from '../core/fault.ts';
import type { IsolationLevel } from '../core/isolation.ts';
import type { Backend } from '../core/limit-cause.ts';

export interface Capabilities {
  /**
   * Whether two transactions can be open at once. If false, an open transaction has the whole engine and all other
   * clients wait; BEGIN is then a scheduling point, since it takes the engine.
   */
  readonly concurrentTransactions: boolean;
  /** The isolation levels that differ on this engine. */
  readonly isolationLevels: readonly IsolationLevel[];
  /**
   * Whether a backend that starts to wait announces it once its deadlock check has run (a LOG-level notice "... still
   * waiting for ..."). If so, the backend that closes a cycle is always the victim. It needs `deadlock_timeout` and
   * `log_lock_waits`, which only a superuser may set.
   */
  readonly announcesWaits: boolean;
  /** Whether an `admin` connection may switch off triggers and foreign keys while it loads rows (superuser). */
  readonly replicaRole: boolean;
  /**
   * Whether the server sends a session, with each reply, the plans of everything that the statement ran,
   * nested statements and those of foreign keys included (the `auto_explain` module, which only a superuser
   * may load).
   */
  readonly reportsPlans: boolean;
}

/** One backend that waits for a lock. */
export interface Wait {
  readonly pid: number;
  /** Backends that it waits for: holders of the lock, and waiters before it in the queue. */
  readonly blockedBy: readonly number[];
  /** Whether a deadlock check runs while it waits: not for a safe snapshot. */
  readonly isChecked: boolean;
}

export interface Stillness {
  stop(pids: readonly number[]): void;
  resume(pids: readonly number[]): void;
  /** Whether a process is stopped; false if the system does not say. */
  isStopped(pid: number): boolean;
}

/** Whose connection: `session` runs the code under test; `admin` resets and dumps. */
export type ConnectionRole =
  | {
      readonly kind: 'session';
      readonly isolation: IsolationLevel;
      /** The server sends plans along with the replies; needs `reportsPlans`. Default false. */
      readonly observed?: boolean;
    }
  | { readonly kind: 'admin' };

/** A database that the driver made and nobody else uses. Empty at first. */
export interface Database {
  /** As people name it: `postgres 18.4`, `pglite 0.5.16 (postgres 18.6)`. */
  readonly engine: string;
  readonly capabilities: Capabilities;
  /** A URL that reaches this database, with the server's own settings; absent on engines without addresses. */
  readonly url?: string;
  /** Configuration for a `pg` client that reaches this database; call it once per client. */
  clientConfig(role: ConnectionRole): ClientConfig;
  /** Why such a client could not connect, in plain words. */
  connectFault(error: unknown): Fault;
  /** Code `server-lost`: why a connection that worked before no longer does, in plain words. */
  lostFault(error: unknown): Fault;
  /** The values that `current_setting` must give on a connection of this role; they are read back from each. */
  settings(role: ConnectionRole): Readonly<Record<string, string>>;
  /**
   * The given backends that wait for a heavyweight lock or a safe snapshot, with the backends that they wait for. Asked
   * on a connection of its own. Empty on engines that never wait inside the database.
   *
   * @param thorough also finds waits that only a slow query shows. Default false
   */
  waits(pids: readonly number[], thorough?: boolean): Promise<readonly Wait[]>;
  /** What these backends are doing; backends that are gone are left out. Used only for a message. */
  backends(pids: readonly number[]): Promise<readonly Backend[]>;
  /**
   * Asks these backends to cancel what they run, as a cancel request of their client does. Those that run nothing, and
   * engines on which nothing can be cancelled, ignore it.
   */
  cancel(pids: readonly number[]): Promise<void>;
  /**
   * Ends these backends at once, whatever they are doing. Used only to clean up after an execution that was
   * given up.
   */
  terminate(pids: readonly number[]): Promise<void>;
  /**
   * Stops backends while they wait, and resumes them. When one step wakes several waiting sessions, they race each
   * other inside Postgres and the operating system decides; backends that were stopped go on one after another. Absent
   * if the server's processes are not ours.
   */
  readonly stillness?: Stillness;
  /**
   * Whether a statement would wait because another client's open transaction has the whole engine.
   *
   * @param client undefined for one that is not connected yet
   */
  wouldWait(client: Client | undefined): boolean;
  /** Lets the process end (false) or keeps it alive (true) while only the driver's own connections are open. */
  keepAlive(on: boolean): void;
  /** Drops the database. Its clients must have been ended. Idempotent. */
  drop(): Promise<void>;
}

/** One kind of database, configured. Opening twice gives two databases on one server. */
export interface Driver {
  /** `postgres`, `pglite`: what options and tables call it. */
  readonly kind: string;
  /** @throws Fault (kind `engine` or `usage`) in plain words if the engine is not available */
  open(): Promise<Database>;
  /** Drops its remaining databases and stops the server that it started. Idempotent; a later `open` starts again. */
  close(): Promise<void>;
}
