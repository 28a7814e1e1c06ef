/** Works through a list with several workers of a crew: each takes the next item as soon as it is done with one. */
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Fault, messageOf } from '../core/fault.ts';
import { explain, type Command } from './command.ts';
import type { Settings } from './settings.ts';

/** Each worker has a database server of its own, which takes memory: nobody gets more than this unasked. */
const mostUnasked = 8;

/** Before an item is tried once more: a server that was restarted takes about that long. */
const retryPauseMs = 1_000;

/** So many items in a row that end in the same fault of the engine, each tried twice: it will not be otherwise for the rest. */
const hopeless = 2;

/** Workers for so many items: one for each core by default, since a worker and its server mostly take turns. */
export function workersFor({ workers }: Pick<Settings, 'workers'>, items: number): number {
  return Math.max(1, Math.min(items, workers ?? Math.min(mostUnasked, availableParallelism())));
}

/** What each item may take of the time that is left for all of them, in milliseconds; undefined without a limit. */
export function shareOf(
  settings: Pick<Settings, 'workers' | 'time'>,
  spentMs: number,
  items: number,
  done: number,
): number | undefined {
  if (settings.time === undefined) return undefined;
  const workers = workersFor(settings, items);
  return Math.max(1, ((settings.time - spentMs) * workers) / Math.max(workers, items - done));
}

/** An item that ended in a fault; the fault was said. */
export interface Failed<T> {
  readonly item: T;
  readonly fault: Fault;
}

export interface Items<T> {
  readonly workers: number;
  /** The next item for this worker; undefined when there is none left. */
  readonly next: (worker: number) => T | undefined;
  readonly work: (item: T, worker: number) => Promise<void>;
}

/**
 * A fault of the engine costs its item only: the item is tried once more, with a new worker, and the others go on. It
 * ends early when the command is interrupted, and where items end in the same fault one after the other.
 */
export async function workThrough<T>(
  { crew, terminal, interrupt }: Command,
  { workers, next, work }: Items<T>,
): Promise<readonly Failed<T>[]> {
  const failed: Failed<T>[] = [];
  const said = new Set<string>();
  let [last, inARow]: [string, number] = ['', 0];

  /** The fault that the item ended in; undefined where it ended well, or the command was interrupted. */
  const attempt = async (item: T, worker: number): Promise<Fault | undefined> => {
    try {
      await work(item, worker);
      return undefined;
    } catch (error) {
      if (interrupt.caught !== undefined) return undefined;
      const fault = faultOf(error);
      // A server that is not there is found out by every worker, and needs to be said once.
      const text = `${fault.message}\n${fault.detail ?? ''}`;
      if (!said.has(text) || fault.kind === 'usage') explain(error, terminal);
      said.add(text);
      // What it was in the middle of is unknown.
      if (fault.kind === 'engine' || fault.code === 'uncaught') await crew.retire(worker);
      return fault;
    }
  };
  const twice = async (item: T, worker: number): Promise<Fault | undefined> => {
    const first = await attempt(item, worker);
    if (first?.kind !== 'engine') return first;
    terminal.err('trying it once more');
    await pause(retryPauseMs);
    return interrupt.caught === undefined ? attempt(item, worker) : undefined;
  };
  const goOn = async (worker: number): Promise<void> => {
    while (interrupt.caught === undefined && inARow < hopeless) {
      const item = next(worker);
      if (item === undefined) return;
      const fault = await twice(item, worker);
      if (fault !== undefined) failed.push({ item, fault });
      const ofEngine = fault?.kind === 'engine' ? fault.message : '';
      inARow = ofEngine === '' ? 0 : ofEngine === last ? inARow + 1 : 1;
      last = ofEngine;
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => goOn(worker)));
  return failed;
}

/** As {@link workThrough}, for items that any worker may take, in their order. */
export function sideBySide<T>(
  command: Command,
  items: readonly T[],
  work: (item: T, index: number, worker: number) => Promise<void>,
): Promise<readonly Failed<readonly [number, T]>[]> {
  const queue = [...items.entries()];
  return workThrough(command, {
    workers: workersFor(command.settings, items.length),
    next: () => queue.shift(),
    work: ([index, item], worker) => work(item, index, worker),
  });
}

/** What nobody expected is a fault of the harness, as far as the exit code goes. */
function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const [detail] = messageOf(error).split('\n');
  return new Fault('something that was not expected', { code: 'unexpected', kind: 'engine', detail });
}
