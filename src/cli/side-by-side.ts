/** Works through a list with several workers of a crew: each takes the next item as soon as it is done with one. */
import { Fault } from '../core/fault.ts';
import { explain, type Command } from './command.ts';
import { WorkerCrash } from './worker/worker.ts';

/** One for each core of a small machine: a worker and its database server take turns. */
export const workers = 2;

/**
 * Ends early when the command is interrupted, or where the engine fails: it fails for the next item too.
 *
 * @returns the faults that items ended in; each was told
 */
export async function sideBySide<T>(
  { crew, terminal, interrupt }: Command,
  items: readonly T[],
  work: (item: T, index: number, worker: number) => Promise<void>,
): Promise<readonly Pick<Fault, 'kind'>[]> {
  const faults: Pick<Fault, 'kind'>[] = [];
  const queue = [...items.entries()];
  let broken = false;
  const workThrough = async (worker: number): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (interrupt.caught !== undefined || broken) return;
      const [index, item] = next;
      try {
        await work(item, index, worker);
      } catch (error) {
        if (interrupt.caught !== undefined) return;
        explain(error, terminal);
        if (error instanceof WorkerCrash) crew.replace(worker);
        faults.push(error instanceof Fault ? error : { kind: 'engine' });
        broken ||= error instanceof Fault && error.kind === 'engine';
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => workThrough(worker)));
  return faults;
}
