/** Why something was not judged, and why a search ended early. */
import { expect, test } from 'vitest';
import {
  awaitsForEverText,
  endlessOperationText,
  judgementLimitText,
  relearnedTexts,
  roundText,
  scheduleEndText,
  stopText,
} from '../../../src/report/undecided-text.ts';

test('each has its own sentence', () => {
  expect([
    endlessOperationText('deposit', awaitsForEverText),
    judgementLimitText({ limit: 'maxSerialNodes', after: 100 }),
    judgementLimitText({ limit: 'maxComparedRows', after: 2 }),
    judgementLimitText({ limit: 'maxSpecifiedSteps', after: 8 }),
    judgementLimitText({ limit: 'maxWholeOrders', after: 24 }),
    relearnedTexts.first,
    relearnedTexts.second,
    scheduleEndText('stuck'),
    roundText(undefined),
    roundText({ kind: 'stuck', waits: [] }),
  ]).toEqual([
    'operation deposit, run alone, does not end: it awaits something that nobody will bring, outside the database',
    '100 serial prefixes were tried, and there are more',
    'whether two outcomes are the same up to generated values was not clear after looking at 2 rows',
    'the specification agreed with the code for 8 steps of serial orders, and there are more',
    'connections keep something from one operation to the next; none of the first 24 serial orders gives this outcome, and there are more',
    'no serial order gave the outcome',
    'run alone once more, an operation gave something else, and one does',
    'the schedule: stuck',
    'it passed',
    'it failed: stuck',
  ]);
});

test('an interruption comes before the end of the time', () => {
  const ends = [false, true].flatMap((aborted) =>
    [false, true].map((expired) => stopText({ aborted, expired })),
  );
  expect(ends).toEqual([undefined, 'the time ended', 'it was interrupted', 'it was interrupted']);
});
