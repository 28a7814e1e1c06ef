import { expect, test } from 'vitest';
import { fewestPreemptions } from '../../../src/shrink/fewest-preemptions.ts';
import type { ByPreemptions } from '../../../src/strategy/by-preemptions.ts';
import { unblocked, walk, type Walk } from '../../support/step-machine.ts';

function firstFailure(fails: (walk: Walk) => boolean, budget = Infinity) {
  return async (strategy: ByPreemptions): Promise<Walk | undefined> => {
    for (let run = 0; run < budget && strategy.begin(); run += 1) {
      const found = walk(strategy, unblocked([3, 3]));
      if (fails(found)) return found;
    }
    return undefined;
  };
}

test('the failure with the fewest preemptions, and how many with fewer were run: 2 + 4 below two', async () => {
  const result = await fewestPreemptions(firstFailure(({ preemptions }) => preemptions >= 2));
  expect(result).toMatchObject({ failure: { preemptions: 2 }, fewerPass: true, fewerRun: 6 });
});

test('a failure without preemptions leaves nothing to try', async () => {
  expect(await fewestPreemptions(firstFailure(() => true))).toMatchObject({
    failure: { preemptions: 0, order: [0, 0, 0, 1, 1, 1] },
    fewerPass: true,
    fewerRun: 0,
  });
});

test('a budget that ends before says nothing', async () => {
  const result = await fewestPreemptions(firstFailure(({ preemptions }) => preemptions >= 2, 5));
  expect(result).toEqual({ failure: undefined, fewerPass: false, fewerRun: 0 });
});
