/**
 * A member of the queue: a worker or a campaign, on one connection. Its lock says that it is there. If the connection is lost,
 * it comes back on another one, as the same member if nobody has removed it meanwhile.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Fault, messageOf } from '../../core/fault.ts';
import { QueueConnection, type Notice } from './connection.ts';
import { holdMembership, inTransaction, lockClass, schema } from './held-jobs.ts';

/** Workers listen here, too: there may be a new job, or less to do. */
export const workersChannel = 'lockstep_workers';

export function channelOf(member: number): string {
  return `lockstep_${member}`;
}

export interface MemberOptions {
  readonly url: string;
  readonly kind: 'worker' | 'campaign';
  /** For people. */
  readonly name: string;
  /** Jobs that it does at once; 0 for a campaign. */
  readonly slots: number;
  readonly onNotice: (notice: Notice) => void;
  /** The connection was lost, or is back. */
  readonly onNews: (text: string) => void;
  /** Called when it is a member, and again if it had to become another one: what belonged to the first is gone. */
  readonly onJoined: (queue: QueueConnection, number: number) => Promise<void>;
}

/** Between two attempts to connect, and how long they go on: a server that restarts takes less. */
const againMs = 1_000;
const giveUpMs = 60_000;

export class Member {
  readonly #options: MemberOptions;
  #connection: QueueConnection;
  #number = 0;
  #last: Promise<unknown> = Promise.resolve();
  #leaving = false;

  private constructor(options: MemberOptions, connection: QueueConnection) {
    this.#options = options;
    this.#connection = connection;
  }

  /** @throws Fault `no-queue` */
  static async join(options: MemberOptions): Promise<Member> {
    const member = new Member(options, await QueueConnection.open(options.url, options.onNotice));
    await member.#register();
    return member;
  }

  get number(): number {
    return this.#number;
  }

  /**
   * Uses the connection, after all earlier uses. If it is lost meanwhile, everything is done again on another one: what is
   * done must not mind.
   *
   * @throws Fault `queue-lost` if there is no connection for a minute
   */
  use<T>(body: (queue: QueueConnection) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#try(body));
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Afterwards its lock is free. */
  async leave(): Promise<void> {
    this.#leaving = true;
    await this.#last;
    await this.#connection.close();
  }

  async #try<T>(body: (queue: QueueConnection) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        if (this.#connection.lost === undefined) return await body(this.#connection);
      } catch (error) {
        if (this.#connection.lost === undefined) throw error;
      }
      if (this.#leaving) throw this.#lostFault(this.#connection.lost);
      await this.#connectAgain();
    }
  }

  async #connectAgain(): Promise<void> {
    const { url, onNotice, onNews } = this.#options;
    onNews(`the connection to the queue was lost (${messageOf(this.#connection.lost)}); trying again`);
    const began = performance.now();
    for (;;) {
      try {
        await this.#connection.close();
        this.#connection = await QueueConnection.open(url, onNotice);
        if (await holdMembership(this.#connection, this.#number)) await this.#listen();
        else await this.#register();
        break;
      } catch (error) {
        if (this.#leaving || performance.now() - began > giveUpMs) throw this.#lostFault(error);
        await pause(againMs);
      }
    }
    onNews('back on the queue');
  }

  async #register(): Promise<void> {
    const { kind, name, slots, onJoined } = this.#options;
    const queue = this.#connection;
    // Nobody sees the row before the lock is taken.
    this.#number = await inTransaction(queue, async () => {
      const { rows } = await queue.executeSql(
        `insert into ${schema}.member (kind, name, slots) values ($1, $2, $3) returning number`,
        [kind, name, slots],
      );
      const number: number = rows[0].number;
      await queue.executeSql('select pg_advisory_lock($1, $2)', [lockClass, number]);
      return number;
    });
    await this.#listen();
    await onJoined(queue, this.#number);
  }

  async #listen(): Promise<void> {
    await this.#connection.listen(channelOf(this.#number));
    if (this.#options.kind === 'worker') await this.#connection.listen(workersChannel);
  }

  #lostFault(error: unknown): Fault {
    return new Fault('the queue was lost', {
      code: 'queue-lost',
      kind: 'engine',
      detail: error instanceof Fault ? error.detail : messageOf(error),
      hint: 'is its server running? What was finished before is saved',
      cause: error,
    });
  }
}
