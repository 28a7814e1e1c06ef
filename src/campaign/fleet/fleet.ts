/**
 * The fleet of one campaign: executors that put their jobs on a queue, for workers anywhere to do. A worker that dies loses
 * its jobs to others; each job has one outcome.
 */
import { hostname } from 'node:os';
import type { Progress } from '../../check/options.ts';
import { Fault } from '../../core/fault.ts';
import type { Executor } from '../executor.ts';
import type { Job } from '../job.ts';
import { Bell } from '../../core/bell.ts';
import { queueOf, removeCampaign, removeDeadCampaigns, workersOf, type WorkerOnQueue } from './campaigns.ts';
import { codeOf, type FleetCode } from './code.ts';
import type { Notice, QueueConnection } from './connection.ts';
import { requeueOfDead, schema } from './held-jobs.ts';
import { Member, workersChannel } from './member.ts';
import { OpenJobs } from './open-jobs.ts';
import { pack } from './parcel.ts';

/** Between two looks at the queue without a notice: a dead worker's jobs are given to others that soon. */
const lookEveryMs = 1_000;
/** Jobs on the queue at once, however many workers there are. */
const mostAtOnce = 256;

export interface FleetOptions {
  readonly url: string;
  /** Workers that come, go or refuse; the connection. */
  readonly onNews: (text: string) => void;
}

export class Fleet {
  readonly #options: FleetOptions;
  readonly #jobs = new OpenJobs();
  readonly #bell = new Bell();
  #member: Member | undefined;
  #code: FleetCode | undefined;
  #workers: readonly WorkerOnQueue[] = [];
  #looking = false;
  #timer: NodeJS.Timeout | undefined;
  #ended: Error | undefined;
  #left = false;
  /** Whether it was said that workers are needed. */
  #asked = false;

  private constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** @throws Fault `no-queue` */
  static async join(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options);
    fleet.#member = await Member.join({
      ...options,
      kind: 'campaign',
      name: `${hostname()}, process ${process.pid}`,
      slots: 0,
      onNotice: (notice) => fleet.#hear(notice),
      // As another campaign it has nothing on the queue.
      onJoined: (queue, number) => fleet.#begin(queue, number),
    });
    fleet.#timer = setInterval(() => void fleet.#look(), lookEveryMs);
    return fleet;
  }

  /**
   * Says which model files the campaign is about, before the first job.
   *
   * @throws Fault `no-source`
   */
  async announce(files: Iterable<string>): Promise<void> {
    this.#code = await codeOf(new Set(files));
    await this.#use((queue, number) => this.#publish(queue, number));
  }

  /** @param most jobs at once; undefined: as many as the workers do at once */
  executors(most: number | undefined, items: number): readonly Executor[] {
    const count = Math.max(1, Math.min(items, most ?? mostAtOnce));
    return Array.from({ length: count }, (_, number): Executor => {
      // The first one's job waits on the queue for the first worker.
      const isNow = (): boolean => number === 0 || most !== undefined || number < this.#slots;
      return {
        run: (job, onProgress) => this.#run(job, onProgress) as Promise<never>,
        renew: () => Promise.resolve(),
        turn: {
          get isNow() {
            return isNow();
          },
          comes: (over) => this.#until(over, isNow),
        },
      };
    });
  }

  /** Withdraws the jobs that are not done: they end in an error. */
  async leave(): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    this.#end(new Error('the campaign is ending'));
    const member = this.#member as Member;
    await member.use((queue) => removeCampaign(queue, member.number)).catch(() => undefined);
    await member.leave();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    clearInterval(this.#timer);
    this.#jobs.end(error);
    this.#bell.ring();
  }

  /** Jobs that the workers do at once, if they do no others. */
  get #slots(): number {
    const taking = this.#workers.filter(({ refusal }) => refusal === undefined);
    return taking.reduce((sum, { slots }) => sum + slots, 0);
  }

  async #until(over: Promise<void>, is: () => boolean): Promise<void> {
    let isOver = false;
    void over.then(() => {
      isOver = true;
      this.#bell.ring();
    });
    while (!is() && !isOver && this.#ended === undefined) await this.#bell.next;
  }

  async #run(job: Job, onProgress: ((progress: Progress) => void) | undefined): Promise<unknown> {
    if (this.#ended !== undefined) throw this.#ended;
    const { id, answer } = this.#jobs.add(job, onProgress);
    const sent = this.#use((queue, number) => this.#jobs.send(queue, number, [id]));
    const [settled] = await Promise.all([answer, sent]);
    return settled;
  }

  /** If the queue is lost, all that waits for it ends in that fault. */
  async #use<T>(body: (queue: QueueConnection, number: number) => Promise<T>): Promise<T> {
    const member = this.#member as Member;
    try {
      return await member.use((queue) => body(queue, member.number));
    } catch (error) {
      if (error instanceof Fault && error.code === 'queue-lost') this.#end(error);
      throw error;
    }
  }

  async #begin(queue: QueueConnection, number: number): Promise<void> {
    await queue.boss.createQueue(queueOf(number));
    if (this.#code === undefined) return;
    await this.#publish(queue, number);
    await this.#jobs.send(queue, number, this.#jobs.ids);
  }

  async #publish(queue: QueueConnection, number: number): Promise<void> {
    const text = `update ${schema}.member set code = $2 where number = $1`;
    await queue.executeSql(text, [number, JSON.stringify(this.#code)]);
    await queue.notify(workersChannel);
  }

  #hear({ payload }: Notice): void {
    if (payload === '') void this.#guarded((queue, number) => this.#jobs.collect(queue, number));
    else {
      const { job, progress } = JSON.parse(payload) as { readonly job: string; readonly progress: Progress };
      this.#jobs.progress(job, progress);
    }
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    await this.#guarded(async (queue, number) => {
      const why = { worker: 'a worker that died', outcome: pack(undefined) };
      const dead = await requeueOfDead(queue.boss, queue, why);
      for (const name of dead) this.#options.onNews(`a worker died, and others do its jobs: ${name}`);
      await removeDeadCampaigns(queue);
      this.#compare(await workersOf(queue, number));
      await this.#jobs.collect(queue, number);
      if (this.#slots === 0) await this.#jobs.withdrawOverdue(queue, number);
    });
    this.#looking = false;
  }

  /** What goes wrong while nobody waits for it ends the campaign. */
  async #guarded(body: (queue: QueueConnection, number: number) => Promise<void>): Promise<void> {
    if (this.#ended !== undefined) return;
    try {
      await this.#use(body);
    } catch (error) {
      if (this.#ended === undefined) this.#end(error as Error);
    }
  }

  /** Says which workers came, went or refuse. */
  #compare(workers: readonly WorkerOnQueue[]): void {
    const { onNews } = this.#options;
    const before = this.#workers;
    this.#workers = workers;
    for (const { number, name, refusal } of workers) {
      if (before.some((each) => each.number === number && each.refusal === refusal)) continue;
      onNews(
        refusal === undefined
          ? `a worker takes jobs: ${name}`
          : `a worker does not take jobs of this campaign: ${name}: ${refusal}`,
      );
    }
    for (const { number, name } of before)
      if (!workers.some((each) => each.number === number)) onNews(`a worker is gone: ${name}`);
    if (this.#slots === 0 && !this.#asked)
      onNews('no worker takes jobs yet; start one with lockstep worker --queue <url>');
    this.#asked = true;
    this.#bell.ring();
  }
}
