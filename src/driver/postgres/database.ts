/** One database of ours on a server, and the connection that asks which sessions wait. */
import type { Client, ClientConfig } from 'pg';
import { Fault } from '../../core/fault.ts';
import { isolationLevels } from '../../core/isolation.ts';
import type { Backend } from '../../core/limit-cause.ts';
import type { Capabilities, ConnectionRole, Database, Stillness, Wait } from '../contract.ts';
import { databaseUrl, type Address } from './address.ts';
import { backendsOf, waitsOf } from './backends.ts';
import { clientConfig, settingsOf } from './client-config.ts';
import { codeOf, connectFault, lostFault } from './connect-fault.ts';
import type { ServerFacts } from './server-facts.ts';
import type { ServiceConnection } from './service-connection.ts';
import { isLostConnection } from '../lost-connection.ts';
import { until, within } from '../within.ts';

/** A terminated backend goes at its next interrupt check; only a stuck disk or network makes it late. */
const terminateTimeoutMs = 10_000;

/** What the system says of an address, or of a socket's file, at which no server listens. */
const noListener: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT']);

/** Only backends in this database: a number that was reused elsewhere is never hit. */
const ours = 'from pg_stat_activity where datname = current_database() and pid = any($1::int4[])';

export interface DatabaseParts {
  readonly name: string;
  readonly address: Address;
  readonly facts: ServerFacts;
  readonly connectTimeoutMs: number;
  /** Present if the server's processes are ours. */
  readonly stillness: Stillness | undefined;
  /** Connected to the database itself. */
  readonly monitor: ServiceConnection;
  /** Drops it on the server; called once, after the monitor has left. */
  readonly dropFromServer: () => Promise<void>;
}

export class PostgresDatabase implements Database {
  readonly engine: string;
  readonly capabilities: Capabilities;
  readonly stillness?: Stillness;
  readonly url: string;
  /** Name on the server: `lockstep_...`. */
  readonly name: string;
  readonly #parts: DatabaseParts;
  #dropped: Promise<void> | undefined;

  constructor(parts: DatabaseParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.url = databaseUrl(parts.address, parts.name);
    if (parts.stillness !== undefined) this.stillness = parts.stillness;
    this.engine = `postgres ${parts.facts.version}`;
    this.capabilities = {
      concurrentTransactions: true,
      isolationLevels,
      announcesWaits: parts.facts.superuser,
      replicaRole: parts.facts.superuser,
      reportsPlans: parts.facts.reportsPlans,
    };
  }

  clientConfig(role: ConnectionRole): ClientConfig {
    const { address, facts, connectTimeoutMs } = this.#parts;
    return clientConfig(address, this.name, settingsOf(role, facts), connectTimeoutMs);
  }

  settings(role: ConnectionRole): Readonly<Record<string, string>> {
    return settingsOf(role, this.#parts.facts);
  }

  waits(pids: readonly number[], thorough = false): Promise<readonly Wait[]> {
    return waitsOf(this.#parts.monitor, pids, thorough);
  }

  backends(pids: readonly number[]): Promise<readonly Backend[]> {
    return backendsOf(this.#parts.monitor, pids, this.stillness);
  }

  async cancel(pids: readonly number[]): Promise<void> {
    await this.#parts.monitor.query(`select pg_cancel_backend(pid) ${ours}`, [pids]);
  }

  async terminate(pids: readonly number[]): Promise<void> {
    if (pids.length === 0) return;
    const { monitor } = this.#parts;
    // A stopped process cannot end.
    this.stillness?.resume([...pids, monitor.pid]);
    await monitor.query(`select pg_terminate_backend(pid) ${ours}`, [pids]);
    const gone = until(terminateTimeoutMs, async () => {
      const [row] = await monitor.query(`select count(*) ${ours}`, [pids]);
      return row?.[0] === '0';
    });
    if ((await within(terminateTimeoutMs, gone)) && (await gone)) return;
    throw new Fault('a terminated backend does not go away', {
      code: 'backend-stays',
      kind: 'engine',
      detail: `one of the backends ${pids.join(', ')} was still there after ${terminateTimeoutMs} ms`,
    });
  }

  /** The server made this database: if nobody answers at its address now, it was lost. */
  connectFault(error: unknown): Fault {
    const isGone = isLostConnection(error) || noListener.has(codeOf(error) ?? '');
    return isGone ? this.lostFault(error) : connectFault(error, this.#parts.address);
  }

  lostFault(error: unknown): Fault {
    return error instanceof Fault ? error : lostFault(error, this.#parts.address);
  }

  wouldWait(_client: Client | undefined): boolean {
    return false;
  }

  keepAlive(on: boolean): void {
    this.#parts.monitor.keepAlive(on);
  }

  drop(): Promise<void> {
    this.#dropped ??= this.#leaveAndDrop();
    return this.#dropped;
  }

  async #leaveAndDrop(): Promise<void> {
    await this.leave();
    await this.#parts.dropFromServer();
  }

  /** Ends the monitor without dropping: the whole server is about to go. */
  async leave(): Promise<void> {
    await this.#parts.monitor.end();
  }
}
