/** The executors of one check: a lane of this process that is always there, more lanes, and helpers in other processes. */
import { Fault } from '../core/fault.ts';
import type { LaneExecutor } from './lane-executor.ts';
import type { ScenarioExecutor } from './scenario-executor.ts';

type OpenExecutor = () => Promise<ScenarioExecutor>;

export interface ExecutorSources {
  readonly lane: () => Promise<LaneExecutor>;
  /** Lanes at most, from 1; an engine with one session has one. */
  readonly lanes: number;
  readonly helpers: readonly OpenExecutor[];
}

export class Executors {
  readonly #sources: ExecutorSources;
  #first: Promise<LaneExecutor> | undefined;
  #helping = false;
  /** Open, the first lane first. */
  readonly open: ScenarioExecutor[] = [];
  #closed = false;

  constructor(sources: ExecutorSources) {
    this.#sources = sources;
  }

  /** Whether there may be more than one. */
  get several(): boolean {
    return this.#sources.lanes > 1 || this.helped;
  }

  /** Whether some may be in other processes. */
  get helped(): boolean {
    return this.#sources.helpers.length > 0;
  }

  /** Its lab is not to be used by others while it searches. */
  first(): Promise<LaneExecutor> {
    this.#first ??= this.#sources.lane().then((lane) => {
      this.open.push(lane);
      return lane;
    });
    return this.#first;
  }

  /**
   * Opens lanes until there are as many as there may be, or as are needed.
   *
   * @throws Fault of the engine
   */
  async openLanes(needed: number): Promise<void> {
    const { lab } = await this.first();
    const { lane, lanes } = this.#sources;
    if (!lab.lane.database.capabilities.concurrentTransactions) return;
    // One after another: databases are made over one connection.
    while (this.open.length < Math.min(lanes, needed)) this.open.push(await lane());
  }

  /**
   * Opens the helpers, once. The check does without one that cannot be had: what is found does not depend on it, and what is
   * wrong with the model shows on the first lane, too.
   *
   * @param onOpen called when one is open
   */
  openHelpers(onOpen: () => void): void {
    if (this.#helping) return;
    this.#helping = true;
    for (const open of this.#sources.helpers) void this.#openHelper(open, onOpen);
  }

  async #openHelper(open: OpenExecutor, onOpen: () => void): Promise<void> {
    const helper = await open().catch(() => undefined);
    if (helper === undefined) return;
    if (this.#closed) {
      await helper.close().catch(() => {});
      return;
    }
    this.open.push(helper);
    onOpen();
  }

  /**
   * A helper that is not open yet is not waited for, and closes as soon as it is.
   *
   * @throws Fault of the model's `teardown`; an engine that fails to close hides no result
   */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#first?.catch(() => {});
    const closed = await Promise.allSettled(this.open.splice(0).map((executor) => executor.close()));
    for (const each of closed)
      if (each.status === 'rejected' && each.reason instanceof Fault && each.reason.kind === 'usage')
        throw each.reason;
  }
}
