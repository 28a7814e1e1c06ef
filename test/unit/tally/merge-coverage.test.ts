/** Coverage adds up in whatever order and grouping, as a campaign or shards need it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nothingCovered } from '../../../src/core/check-result.ts';
import type { Coverage } from '../../../src/core/result.ts';
import type { OperationTallyCounts, TallyCounts } from '../../../src/core/tally-counts.ts';
import { addConflicts } from '../../../src/tally/conflict-orders.ts';
import { maxListed } from '../../../src/tally/counts.ts';
import { InteractionTally } from '../../../src/tally/interaction-tally.ts';
import { mergeCoverage, type CoverageParts } from '../../../src/tally/merge-coverage.ts';

const number = fc.nat(50);
const maybe = fc.option(number, { nil: undefined });
const name = fc.constantFrom('add', 'look', 'move');
/** More of them than a report lists. */
const statement = fc.nat(maxListed + 10).map((index) => `update ${index}`);

const operation = fc.record<OperationTallyCounts>({
  calls: number,
  returned: number,
  aborted: number,
  refused: number,
  failed: number,
  failure: fc.constantFrom(undefined, {
    kind: 'failed',
    sqlstate: '22012',
    constraint: undefined,
    name: 'Error',
    message: 'no',
  }),
  overlapping: number,
  overlappingInVain: number,
  errors: fc.array(fc.tuple(fc.constantFrom('40001', '40P01', '22012'), number)).map((all) => new Map(all)),
  meetings: fc
    .array(fc.tuple(name, fc.record({ pairs: number, overlapped: number })))
    .map((all) => new Map(all)),
});

const step = fc.record({ session: fc.nat(1), operation: name, statement });
const conflicts = fc.array(fc.record({ first: step, second: step }), { maxLength: 60 }).map((pairs) => {
  const orders: TallyCounts['conflicts'] = new Map();
  addConflicts(orders, pairs);
  return orders;
});

const tally = fc.record<TallyCounts>({
  executions: number,
  statements: number,
  concurrent: number,
  overlapping: number,
  interleavable: number,
  lockWaits: number,
  deadlocks: number,
  waits: fc
    .array(fc.tuple(fc.tuple(name, statement, name), number), { maxLength: 60 })
    .map((all) => new Map(all.map(([key, times]) => [key.join('\0'), times]))),
  conflicts: fc.option(conflicts, { nil: undefined }),
  operations: fc.array(fc.tuple(name, operation)).map((all) => new Map(all)),
});

const numbers: fc.Arbitrary<Coverage> = fc.record({
  drawn: maybe,
  duplicates: maybe,
  scenarios: number,
  exhaustive: number,
  reduced: maybe,
  classes: maybe,
  schedules: number,
  schedulesToFirstFailure: maybe,
  stoppedWithoutNews: maybe,
  learned: number,
  aborted: number,
  refused: number,
  operations: number,
});

function interactionsOf(counts: TallyCounts): Coverage['interactions'] {
  const whole = new InteractionTally();
  whole.merge(counts);
  return whole.interactions();
}

const counted = fc.record({ numbers, tally }).map(({ numbers: coverage, tally: counts }): CoverageParts => {
  return { coverage: { ...coverage, interactions: interactionsOf(counts) }, tally: counts };
});
/** As read from a file: lists of the largest, and no tally. It ran something: a search that ran nothing has no lists. */
const fromFile = counted.map(({ coverage }): CoverageParts => {
  return { coverage: { ...coverage, operations: coverage.operations + 1 } };
});
const part = fc.oneof(
  { weight: 4, arbitrary: counted },
  fromFile,
  fc.constant<CoverageParts>({ coverage: nothingCovered }),
);

test('grouping makes no difference', () => {
  fc.assert(
    fc.property(part, part, part, (a, b, c) => {
      expect(mergeCoverage(mergeCoverage(a, b), c)).toEqual(mergeCoverage(a, mergeCoverage(b, c)));
    }),
  );
});

test('order makes no difference', () => {
  fc.assert(
    fc.property(part, part, (a, b) => {
      expect(mergeCoverage(a, b)).toEqual(mergeCoverage(b, a));
    }),
  );
});

test('a search that ran nothing changes nothing', () => {
  fc.assert(
    fc.property(part, (a) => {
      expect(mergeCoverage(a, { coverage: nothingCovered })).toEqual(a);
    }),
  );
});

test('the parts stay as they are', () => {
  fc.assert(
    fc.property(counted, counted, (a, b) => {
      const before = structuredClone([a, b]);
      mergeCoverage(mergeCoverage(a, b), a);
      expect([a, b]).toEqual(before);
    }),
  );
});

const tallyOf = (conflictsSeen: TallyCounts['conflicts'], waits: TallyCounts['waits']): CoverageParts => {
  const counts = { ...new InteractionTally().counts, conflicts: conflictsSeen, waits };
  return {
    coverage: { ...nothingCovered, schedules: 3, operations: 6, interactions: interactionsOf(counts) },
    tally: counts,
  };
};

test('lists of the largest are made of all counts, not of other lists', () => {
  const first = { operation: 'add', statement: 'select' };
  const second = { operation: 'add', statement: 'update' };
  const seen = (ab: number, ba: number): TallyCounts['conflicts'] =>
    new Map([['select update', { a: first, b: second, ab, ba }]]);
  // The wait for 0 is the smallest of each part, and is in neither list; together it is the largest.
  const waits = (from: number): TallyCounts['waits'] =>
    new Map(
      Array.from({ length: maxListed + 1 }, (_, index) =>
        index === 0 ? ['add\0update 0\0add', 9] : [`add\0update ${from + index}\0add`, 10],
      ),
    );
  const [a, b] = [tallyOf(seen(2, 0), waits(100)), tallyOf(seen(0, 1), waits(200))];
  for (const { coverage } of [a, b])
    expect(coverage.interactions?.waits.top.map(({ times }) => times)).not.toContain(9);
  const { interactions } = mergeCoverage(a, b).coverage;
  expect(interactions?.waits.top[0]).toEqual({
    waiter: 'add',
    statement: 'update 0',
    holder: 'add',
    times: 18,
  });
  expect(interactions?.waits.more).toBe(maxListed + 1);
  expect(interactions?.conflicts).toEqual({ pairs: 1, bothOrders: 1, oneOrder: { top: [], more: 0 } });
});

test('lists without their tally are not added, and nothing is claimed of them', () => {
  const whole = tallyOf(undefined, new Map());
  const read = { coverage: whole.coverage };
  expect(mergeCoverage(whole, read)).toMatchObject({ coverage: { schedules: 6, operations: 12 } });
  expect(mergeCoverage(whole, read).coverage.interactions).toBeUndefined();
  expect(mergeCoverage(read, { coverage: nothingCovered }).coverage.interactions).toBeDefined();
});
