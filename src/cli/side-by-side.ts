/** Works through a list with several workers of a crew: each takes the next item as soon as it is done with one. */
import { availableParallelism } from 'node:os';
import { Fault } from '../core/fault.ts';
import { explain, type Command } from './command.ts';
import type { Settings } from './settings.ts';
import { WorkerCrash, WorkerEnded } from './worker/worker.ts';

/** Each worker has a database server of its own, which takes memory: nobody gets more than this unasked. */
const mostUnasked = 8;

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

/**
 * Ends early when the command is interrupted, or where the engine fails: it fails for the next item too.
 *
 * @returns the faults that items ended in; each was told
 */
export async function sideBySide<T>(
  { settings, crew, terminal, interrupt }: Command,
  items: readonly T[],
  work: (item: T, index: number, worker: number) => Promise<void>,
): Promise<readonly Pick<Fault, 'kind'>[]> {
  const faults: Pick<Fault, 'kind'>[] = [];
  const queue = [...items.entries()];
  const told = new Set<string>();
  let broken = false;
  const workThrough = async (worker: number): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (interrupt.caught !== undefined || broken) return;
      const [index, item] = next;
      try {
        await work(item, index, worker);
      } catch (error) {
        if (interrupt.caught !== undefined) return;
        // A server that is not there is found out by every worker, and needs to be told once.
        const ofEngine = error instanceof Fault && error.kind === 'engine' && !(error instanceof WorkerEnded);
        const text = ofEngine ? `${error.message}\n${error.detail ?? ''}` : undefined;
        if (text === undefined || !told.has(text)) explain(error, terminal);
        if (text !== undefined) told.add(text);
        if (error instanceof WorkerCrash) crew.replace(worker);
        faults.push(error instanceof Fault ? error : { kind: 'engine' });
        broken ||= ofEngine;
      }
    }
  };
  const workers = workersFor(settings, items.length);
  await Promise.all(Array.from({ length: workers }, (_, worker) => workThrough(worker)));
  return faults;
}
