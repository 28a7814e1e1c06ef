/** A worker of the fleet: takes jobs from the queue, has the executors of this machine do them, and writes the outcomes. */
import { hostname } from 'node:os';
import { Fault, formatFault } from '../../core/fault.ts';
import type { Executor } from '../executor.ts';
import { Bell } from '../../core/bell.ts';
import {
  announceTakes,
  campaignsFor,
  queueOf,
  removeDeadCampaigns,
  removeWorker,
  type CampaignOnQueue,
} from './campaigns.ts';
import { refusalOf } from './code.ts';
import type { Envelope, FinishedEnvelope } from './envelope.ts';
import { FaultsInARow, hopeless } from '../faults-in-a-row.ts';
import { finishJob, giveBack, heldJobs, takeJob, type Taken } from './held-jobs.ts';
import { channelOf, Member, workersChannel } from './member.ts';
import type { JobOutcome } from '../worker/messages.ts';
import { pack } from './parcel.ts';
import { runJob } from './run-job.ts';

/** Between two looks at the queue without a notice: notices are lost with their connection. */
const lookEveryMs = 1_000;

export interface FleetWorkerOptions {
  readonly url: string;
  /** Each does one job at a time. */
  readonly executors: readonly Executor[];
  /** The Postgres for the jobs; undefined: throw-away servers. */
  readonly server: string | undefined;
  /** Ends when there was no job for that long, in milliseconds; undefined: it waits for ever. */
  readonly idleExitMs: number | undefined;
  readonly onNews: (text: string) => void;
}

interface Held extends Taken {
  readonly campaign: CampaignOnQueue;
  readonly envelope: Envelope;
}

interface Running {
  readonly executor: Executor;
  /** It has ended, and its outcome is being written: from here on it may be held no more because it is done. */
  ended: boolean;
  /** It was given to another worker, or its campaign is over. */
  withdrawn: boolean;
}

export class FleetWorker {
  readonly #options: FleetWorkerOptions;
  readonly #name: string = `${hostname()}, process ${process.pid}`;
  readonly #running = new Map<string, Running>();
  /** By executor: the code that it has loaded. */
  readonly #loaded = new Map<Executor, string>();
  readonly #bell = new Bell();
  #member: Member | undefined;
  #looking = false;
  #stopped = false;
  #interrupted = false;
  #failure: unknown;
  #lastBusy: number = performance.now();
  readonly #faults = new FaultsInARow();
  #turn = 0;
  /** Jobs whose outcome it wrote. */
  done = 0;

  constructor(options: FleetWorkerOptions) {
    this.#options = options;
  }

  /**
   * Works until it is stopped or has had nothing to do for long enough.
   *
   * @throws Fault `no-queue`, `queue-lost`; of the engine, if no job can be done here
   */
  async run(): Promise<void> {
    const { url, executors, onNews } = this.#options;
    const member = await Member.join({
      url,
      kind: 'worker',
      name: this.#name,
      slots: executors.length,
      onNews,
      onNotice: () => void this.#look(),
      onJoined: () => Promise.resolve(),
    });
    this.#member = member;
    onNews(
      `on the queue as ${this.#name}, ${executors.length === 1 ? 'one job' : `${executors.length} jobs`} at once`,
    );
    const looking = setInterval(() => void this.#look(), lookEveryMs);
    void this.#look();
    await Promise.all(executors.map((executor) => this.#goOn(member, executor)));
    clearInterval(looking);
    await member.use((queue) => removeWorker(queue, member.number)).catch(() => undefined);
    await member.leave();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Jobs that are under way are given back as soon as their executors end them. */
  interrupt(): void {
    this.#interrupted = true;
    this.#stop();
  }

  /** No new job begins. */
  #stop(): void {
    this.#stopped = true;
    this.#bell.ring();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#stop();
  }

  /** Looks at new campaigns, gives up jobs that were withdrawn, and has the waiting executors try again. */
  async #look(): Promise<void> {
    if (this.#looking || this.#stopped) return;
    this.#looking = true;
    try {
      const member = this.#member as Member;
      const before = [...this.#running];
      const holding = await member.use((queue) => heldJobs(queue, member.number));
      for (const [job, running] of before) if (!holding.has(job)) await this.#abandon(running);
      await member.use(removeDeadCampaigns);
      const campaigns = await member.use((queue) => campaignsFor(queue, member.number));
      for (const campaign of campaigns) if (!campaign.known) await this.#consider(member, campaign);
      this.#endIfIdle();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#looking = false;
    }
    this.#bell.ring();
  }

  async #abandon(running: Running): Promise<void> {
    if (running.withdrawn || running.ended) return;
    running.withdrawn = true;
    await running.executor.renew();
  }

  /** @returns whether this worker takes the campaign's jobs */
  async #consider(member: Member, campaign: CampaignOnQueue): Promise<boolean> {
    const refusal = await refusalOf(campaign.code);
    const { number, name } = campaign;
    await member.use((queue) => announceTakes(queue, { campaign: number, worker: member.number, refusal }));
    const what = refusal === undefined ? 'takes its jobs' : `does not take its jobs: ${refusal}`;
    if (!campaign.known || refusal !== undefined)
      this.#options.onNews(`campaign ${number} of ${name}: this worker ${what}`);
    await member.use((queue) => queue.notify(channelOf(number)));
    return refusal === undefined;
  }

  #endIfIdle(): void {
    const { idleExitMs = Infinity } = this.#options;
    if (this.#running.size > 0) this.#lastBusy = performance.now();
    else if (performance.now() - this.#lastBusy >= idleExitMs) this.#stop();
  }

  async #goOn(member: Member, executor: Executor): Promise<void> {
    while (!this.#stopped) {
      const { next } = this.#bell;
      try {
        const held = await this.#take(member);
        if (held === undefined) await next;
        else await this.#do(member, held, executor);
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  /** From the campaigns in turn. */
  async #take(member: Member): Promise<Held | undefined> {
    return member.use(async (queue) => {
      const all = (await campaignsFor(queue, member.number)).filter(({ known }) => known);
      for (let tried = 0; tried < all.length && !this.#stopped; tried += 1) {
        this.#turn += 1;
        const campaign = all[this.#turn % all.length] as CampaignOnQueue;
        const from = { queue: queueOf(campaign.number), worker: member.number };
        const job = await takeJob<Envelope>(queue.boss, queue, from);
        if (job !== undefined) return { ...from, job: job.id, envelope: job.data, campaign };
      }
      return undefined;
    });
  }

  async #do(member: Member, held: Held, executor: Executor): Promise<void> {
    const running: Running = { executor, ended: false, withdrawn: false };
    this.#running.set(held.job, running);
    try {
      const outcome =
        (await this.#ready(member, held, executor)) && !running.withdrawn
          ? await runJob(executor, held.envelope, this.#options.server, (progress) => {
              const payload = JSON.stringify({ job: held.job, progress });
              const channel = channelOf(held.campaign.number);
              // If the queue is lost, others notice.
              void member.use((queue) => queue.notify(channel, payload)).catch(() => undefined);
            })
          : undefined;
      running.ended = true;
      if (!running.withdrawn) await this.#settle(member, held, outcome);
    } finally {
      this.#running.delete(held.job);
      this.#lastBusy = performance.now();
    }
  }

  /** A process keeps the files that it has loaded: for other code, there is another process. */
  async #ready(member: Member, { campaign }: Held, executor: Executor): Promise<boolean> {
    const code = JSON.stringify(campaign.code);
    const loaded = this.#loaded.get(executor);
    if (loaded === code) return true;
    if (!(await this.#consider(member, campaign))) return false;
    if (loaded !== undefined) await executor.renew();
    this.#loaded.set(executor, code);
    return true;
  }

  /** @param outcome undefined: it was not begun */
  async #settle(member: Member, held: Held, outcome: JobOutcome | undefined): Promise<void> {
    const { executor } = this.#running.get(held.job) as Running;
    const { onNews } = this.#options;
    const fault = outcome?.kind === 'fault' ? outcome.fault : undefined;
    const ofEngine = fault?.kind === 'engine' ? fault : undefined;
    // The answer of a search that was cut short is none; a fault of this machine may be none on another.
    const back = outcome === undefined || this.#interrupted || ofEngine !== undefined;
    const output: FinishedEnvelope = { outcome: pack(outcome), worker: this.#name };
    const counted = await member.use(async (queue) => {
      const written = await (back ? giveBack : finishJob)(queue.boss, queue, held, output);
      await queue.notify(back ? workersChannel : channelOf(held.campaign.number));
      return written;
    });
    if (!counted) onNews(`${held.envelope.title}: the answer came too late and is dropped`);
    else if (!back) this.done += 1;
    if (this.#interrupted) return;
    if (ofEngine !== undefined || fault?.code === 'uncaught') await executor.renew();
    const inARow = this.#faults.add(ofEngine?.message);
    if (ofEngine === undefined) return;
    const whole = new Fault(ofEngine.message, ofEngine);
    if (this.#interrupted) return;
    if (inARow >= hopeless) this.#fail(whole);
    else onNews(`${held.envelope.title}: given back to the queue, ${formatFault(whole)}`);
  }
}
