/** The queue of a campaign: several executors share the items, and each takes the next one when it is free. */
import { setTimeout as pause } from 'node:timers/promises';
import { Fault, messageOf } from '../core/fault.ts';
import type { Executor } from './executor.ts';
import { FaultsInARow, hopeless } from './faults-in-a-row.ts';

/** The pause before an item is tried again: a restarted server takes about that long. */
const retryPauseMs = 1_000;

/** The end of an item. */
export type Outcome<R> =
  | { readonly kind: 'done'; readonly result: R }
  /** The last fault, if it was tried twice. */
  | { readonly kind: 'failed'; readonly fault: Fault }
  /** The campaign ended before there was a result. */
  | { readonly kind: 'not-begun' };

/** What every queue needs: the executors, what they do with an item, and when all ends. */
interface Work<T, R> {
  /** They work at the same time, each on one item. */
  readonly executors: readonly Executor[];
  /**
   * Does one item; undefined if the campaign was stopped before there was a result.
   *
   * @param done the number of items that are over, whatever their outcome
   */
  readonly work: (
    item: T,
    at: { readonly index: number; readonly executor: Executor; readonly done: number },
  ) => Promise<R | undefined>;
  /** Whether the campaign is to end: no new item begins, and a failure is no fault. */
  readonly stopped: () => boolean;
  /** Called for each fault, with the thrown error; several items may end in the same fault. */
  readonly onFault?: (fault: Fault, thrown: unknown) => void;
  /** Called before an item is tried again. */
  readonly onRetry?: () => void;
}

export interface QueueWork<T, R> extends Work<T, R> {
  readonly items: readonly T[];
  /** The number of the only executor that takes an item, before all other items; default: any may take it. */
  readonly reservedFor?: (item: T) => number | undefined;
  /** Called in the order of the items, whichever is done first; failed items are left out. */
  readonly onResult?: (result: R, index: number) => void;
}

/** Work without an end of its own: items are made when an executor is free. */
export interface EndlessWork<T, R> extends Work<T, R> {
  /**
   * The next item of an executor and its index; undefined if there is none for it.
   *
   * @param executor its number
   */
  readonly next: (executor: number) => readonly [item: T, index: number] | undefined;
  /** Called for each item when it is over. */
  readonly onOutcome: (outcome: Outcome<R>, index: number, item: T) => void;
}

/**
 * Works through the items. After a fault of the engine the executor is renewed and tries the item again, while the others go
 * on. It ends early if the campaign is stopped, and if item after item ends in the same fault of the engine.
 *
 * @returns the outcome of each item, in their order
 */
export async function workThrough<T, R>(request: QueueWork<T, R>): Promise<readonly Outcome<R>[]> {
  const { items, reservedFor, onResult } = request;
  const outcomes: (Outcome<R> | undefined)[] = items.map(() => undefined);
  const waiting = new Set(items.keys());
  let reported = 0;

  const next = (executor: number): readonly [T, number] | undefined => {
    const reserved = (index: number): number | undefined => reservedFor?.(items[index] as T);
    const own = [...waiting].find((index) => reserved(index) === executor);
    const index = own ?? [...waiting].find((each) => reserved(each) === undefined);
    if (index === undefined) return undefined;
    waiting.delete(index);
    return [items[index] as T, index];
  };
  const report = (): void => {
    for (; outcomes[reported] !== undefined; reported += 1) {
      const outcome = outcomes[reported];
      if (outcome?.kind === 'done') onResult?.(outcome.result, reported);
    }
  };
  await keepBusy<T, R>({
    ...request,
    next,
    onOutcome: (outcome, index) => {
      outcomes[index] = outcome;
      report();
    },
  });
  const all = outcomes.map((outcome): Outcome<R> => outcome ?? { kind: 'not-begun' });
  for (const [index, outcome] of all.entries())
    if (index >= reported && outcome.kind === 'done') onResult?.(outcome.result, index);
  return all;
}

/** Keeps the executors at work until there is no next item, as `workThrough` does with a list. */
export async function keepBusy<T, R>(request: EndlessWork<T, R>): Promise<void> {
  const { executors, next, work, stopped, onOutcome, onFault, onRetry } = request;
  let done = 0;
  const faults = new FaultsInARow();

  const attempt = async (item: T, index: number, executor: Executor): Promise<Outcome<R>> => {
    try {
      const result = await work(item, { index, executor, done });
      return result === undefined ? { kind: 'not-begun' } : { kind: 'done', result };
    } catch (error) {
      if (stopped()) return { kind: 'not-begun' };
      const fault = faultOf(error);
      onFault?.(fault, error);
      if (fault.kind === 'engine' || fault.code === 'uncaught') await executor.renew();
      return { kind: 'failed', fault };
    }
  };
  const twice = async (item: T, index: number, executor: Executor): Promise<Outcome<R>> => {
    const first = await attempt(item, index, executor);
    if (first.kind !== 'failed' || first.fault.kind !== 'engine') return first;
    onRetry?.();
    await pause(retryPauseMs);
    return stopped() ? { kind: 'not-begun' } : attempt(item, index, executor);
  };
  // When one executor ends, the others need not wait for anything but their jobs.
  let end = (): void => {};
  const over = new Promise<void>((resolve) => (end = resolve));
  const goOn = async (executor: Executor, number: number): Promise<void> => {
    for (;;) {
      await executor.turn?.comes(over);
      if (stopped() || faults.count >= hopeless) return;
      const [item, index] = next(number) ?? [];
      if (index === undefined) return;
      const outcome = await twice(item as T, index, executor);
      done += 1;
      onOutcome(outcome, index, item as T);
      const ofEngine = outcome.kind === 'failed' && outcome.fault.kind === 'engine';
      faults.add(ofEngine ? outcome.fault.message : undefined);
    }
  };
  await Promise.all(executors.map((executor, number) => goOn(executor, number).finally(end)));
}

/** An unexpected error counts as a fault of the harness, as far as the exit code goes. */
function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const [detail] = messageOf(error).split('\n');
  return new Fault('something that was not expected', { code: 'unexpected', kind: 'engine', detail });
}
