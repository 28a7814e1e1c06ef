/** The queue of a campaign: several executors work through a list, and each takes the next item when it is done with one. */
import { setTimeout as pause } from 'node:timers/promises';
import { Fault, messageOf } from '../core/fault.ts';
import type { Executor } from './executor.ts';

/** Before an item is tried once more: a server that was restarted takes about that long. */
const retryPauseMs = 1_000;

/** N items in a row that end in the same fault of the engine, each tried twice: the rest would end in it, too. */
const hopeless = 2;

/** What became of an item. */
export type Outcome<R> =
  | { readonly kind: 'done'; readonly result: R }
  /** The last fault, if it was tried twice. */
  | { readonly kind: 'failed'; readonly fault: Fault }
  /** The campaign was stopped, or had no hope, before there was a result. */
  | { readonly kind: 'not-begun' };

export interface QueueWork<T, R> {
  readonly items: readonly T[];
  /** One each for the executors that work at once. */
  readonly executors: readonly Executor[];
  /**
   * Does one item; undefined if the campaign was stopped before there was anything to say.
   *
   * @param done items that are over, whatever their outcome
   */
  readonly work: (
    item: T,
    at: { readonly index: number; readonly executor: Executor; readonly done: number },
  ) => Promise<R | undefined>;
  /** The number of the only executor that takes an item, before all others; default: any may take it. */
  readonly reservedFor?: (item: T) => number | undefined;
  /** Whether the campaign is to end: no new item is begun, and what fails now is no fault. */
  readonly stopped: () => boolean;
  /** Called in the order of the items, whichever is done first; what failed is left out. */
  readonly onResult?: (result: R, index: number) => void;
  /** Called for each fault, with what was thrown; items after another may end in the same one. */
  readonly onFault?: (fault: Fault, thrown: unknown) => void;
  /** Called before an item is tried once more. */
  readonly onRetry?: () => void;
}

/**
 * Works through the items. A fault of the engine costs its item only: the item is tried once more, by an executor that
 * was renewed, and the others go on. It ends early when the campaign is stopped, and when item after item ends in the same
 * fault of the engine.
 *
 * @returns the outcome of each item, in their order
 */
export async function workThrough<T, R>(request: QueueWork<T, R>): Promise<readonly Outcome<R>[]> {
  const { items, executors, work, stopped, onResult, onFault, onRetry } = request;
  const outcomes: (Outcome<R> | undefined)[] = items.map(() => undefined);
  const waiting = new Set(items.keys());
  let [done, reported, last, inARow] = [0, 0, '', 0];

  const next = (executor: number): number | undefined => {
    const reserved = (index: number): number | undefined => request.reservedFor?.(items[index] as T);
    const own = [...waiting].find((index) => reserved(index) === executor);
    const index = own ?? [...waiting].find((each) => reserved(each) === undefined);
    if (index !== undefined) waiting.delete(index);
    return index;
  };
  const attempt = async (index: number, executor: Executor): Promise<Outcome<R>> => {
    try {
      const result = await work(items[index] as T, { index, executor, done });
      return result === undefined ? { kind: 'not-begun' } : { kind: 'done', result };
    } catch (error) {
      if (stopped()) return { kind: 'not-begun' };
      const fault = faultOf(error);
      onFault?.(fault, error);
      if (fault.kind === 'engine' || fault.code === 'uncaught') await executor.renew();
      return { kind: 'failed', fault };
    }
  };
  const twice = async (index: number, executor: Executor): Promise<Outcome<R>> => {
    const first = await attempt(index, executor);
    if (first.kind !== 'failed' || first.fault.kind !== 'engine') return first;
    onRetry?.();
    await pause(retryPauseMs);
    return stopped() ? { kind: 'not-begun' } : attempt(index, executor);
  };
  const report = (): void => {
    for (; outcomes[reported] !== undefined; reported += 1) {
      const outcome = outcomes[reported];
      if (outcome?.kind === 'done') onResult?.(outcome.result, reported);
    }
  };
  const goOn = async (executor: Executor, number: number): Promise<void> => {
    while (!stopped() && inARow < hopeless) {
      const index = next(number);
      if (index === undefined) return;
      const outcome = await twice(index, executor);
      outcomes[index] = outcome;
      done += 1;
      report();
      const ofEngine =
        outcome.kind === 'failed' && outcome.fault.kind === 'engine' ? outcome.fault.message : '';
      inARow = ofEngine === '' ? 0 : ofEngine === last ? inARow + 1 : 1;
      last = ofEngine;
    }
  };
  await Promise.all(executors.map(goOn));
  const all = outcomes.map((outcome): Outcome<R> => outcome ?? { kind: 'not-begun' });
  for (const [index, outcome] of all.entries())
    if (index >= reported && outcome.kind === 'done') onResult?.(outcome.result, index);
  return all;
}

/** What nobody expected is a fault of the harness, as far as the exit code goes. */
function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const [detail] = messageOf(error).split('\n');
  return new Fault('something that was not expected', { code: 'unexpected', kind: 'engine', detail });
}
