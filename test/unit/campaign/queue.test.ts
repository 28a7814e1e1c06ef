/** The queue without a process: results in order, executors that die, items that only one may take, and its ends. */
import { expect, test } from 'vitest';
import type { Executor } from '../../../src/campaign/executor.ts';
import { workThrough, type Outcome, type QueueWork } from '../../../src/campaign/queue.ts';
import { Fault } from '../../../src/core/fault.ts';

/** An executor that is asked for nothing: the work of these tests does not need it. */
function executors(count: number, renewed: number[] = []): readonly Executor[] {
  return Array.from({ length: count }, (_, number) => ({
    run: () => Promise.reject(new Error('nothing is run')),
    renew: () => {
      renewed.push(number);
      return Promise.resolve();
    },
  }));
}

function queue<T, R>(
  request: Pick<QueueWork<T, R>, 'items' | 'work'> & Partial<QueueWork<T, R>>,
): Promise<readonly Outcome<R>[]> {
  return workThrough({ executors: executors(1), stopped: () => false, ...request });
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
};
const died = (): Fault => new Fault('it is gone', { code: 'worker-ended', kind: 'engine' });
const kinds = (outcomes: readonly Outcome<unknown>[]): readonly string[] => outcomes.map(({ kind }) => kind);

test('results come in the order of the items, whichever is done first', async () => {
  const finished: number[] = [];
  const reported: (readonly [number, number])[] = [];
  const outcomes = await queue<number, number>({
    items: [90, 20, 10, 40],
    executors: executors(2),
    work: async (item) => {
      await turns(item);
      finished.push(item);
      return item * 2;
    },
    onResult: (result, index) => reported.push([result, index]),
  });
  expect(finished).toEqual([20, 10, 40, 90]);
  expect(reported).toEqual([
    [180, 0],
    [40, 1],
    [20, 2],
    [80, 3],
  ]);
  expect(outcomes).toEqual([180, 40, 20, 80].map((result) => ({ kind: 'done', result })));
});

test('a result is reported as soon as all before it are', async () => {
  const reportedAt: number[] = [];
  await queue<number, number>({
    items: [1, 2, 3],
    work: (item, { done }) => {
      expect(done).toBe(reportedAt.length);
      return Promise.resolve(item);
    },
    onResult: (result) => reportedAt.push(result),
  });
  expect(reportedAt).toEqual([1, 2, 3]);
});

test('an executor that dies is renewed, its item is tried once more, and its result is reported', async () => {
  const renewed: number[] = [];
  const said: string[] = [];
  let attempts = 0;
  const outcomes = await queue<string, string>({
    items: ['a', 'b'],
    executors: executors(1, renewed),
    work: (item) => {
      attempts += 1;
      return attempts === 1 ? Promise.reject(died()) : Promise.resolve(item);
    },
    onFault: (fault) => said.push(fault.message),
    onRetry: () => said.push('again'),
    onResult: (result) => said.push(result),
  });
  expect(kinds(outcomes)).toEqual(['done', 'done']);
  expect(renewed).toEqual([0]);
  expect(said).toEqual(['it is gone', 'again', 'a', 'b']);
});

test('a fault of the user is final, costs its item only, and the executor stays', async () => {
  const renewed: number[] = [];
  const bad = new Fault('no such table', { code: 'bad-schema', kind: 'usage' });
  const outcomes = await queue<number, number>({
    items: [0, 1, 2],
    executors: executors(1, renewed),
    work: (item) => (item === 1 ? Promise.reject(bad) : Promise.resolve(item)),
  });
  expect(kinds(outcomes)).toEqual(['done', 'failed', 'done']);
  expect(outcomes[1]).toEqual({ kind: 'failed', fault: bad });
  expect(renewed).toEqual([]);
});

test('two items in a row with the same fault of the engine: the rest is not begun', async () => {
  const begun: number[] = [];
  const outcomes = await queue<number, number>({
    items: [0, 1, 2, 3],
    work: (item) => {
      begun.push(item);
      return Promise.reject(died());
    },
  });
  expect(begun).toEqual([0, 0, 1, 1]);
  expect(kinds(outcomes)).toEqual(['failed', 'failed', 'not-begun', 'not-begun']);
});

test('an error that nobody expected is a fault of the engine, and is reported as it was thrown', async () => {
  const error = new TypeError('x is not a function\nmore');
  const thrown: unknown[] = [];
  const [outcome] = await queue<number, number>({
    items: [0],
    work: () => Promise.reject(error),
    onFault: (_, given) => thrown.push(given),
  });
  expect(outcome).toMatchObject({
    kind: 'failed',
    fault: { code: 'unexpected', kind: 'engine', detail: 'x is not a function' },
  });
  expect(thrown).toEqual([error, error]);
});

test('stopped: nothing new is begun, what fails is no fault, and what was done is reported', async () => {
  let stopped = false;
  const reported: number[] = [];
  const faults: Fault[] = [];
  const outcomes = await queue<number, number>({
    items: [0, 1, 2, 3],
    executors: executors(2),
    stopped: () => stopped,
    work: async (item) => {
      if (item === 1) {
        stopped = true;
        return item;
      }
      await turns(20);
      throw died();
    },
    onResult: (result) => reported.push(result),
    onFault: (fault) => faults.push(fault),
  });
  expect(kinds(outcomes)).toEqual(['not-begun', 'done', 'not-begun', 'not-begun']);
  expect(reported).toEqual([1]);
  expect(faults).toEqual([]);
});

test('an item that only one executor may take is taken by that one, before all others', async () => {
  const taken = new Map<number, string[]>([
    [0, []],
    [1, []],
  ]);
  const both = executors(2);
  await queue<string, string>({
    items: ['a', 'b', 'c', 'own 1', 'own 2'],
    executors: both,
    reservedFor: (item) => (item.startsWith('own') ? 1 : undefined),
    work: async (item, { executor }) => {
      taken.get(both.indexOf(executor))?.push(item);
      await turns(10);
      return item;
    },
  });
  expect(taken.get(0)).toEqual(['a', 'b', 'c']);
  expect(taken.get(1)).toEqual(['own 1', 'own 2']);
});
