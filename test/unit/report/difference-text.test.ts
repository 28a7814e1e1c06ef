/** Where two runs of one schedule differ, in the words of a result. */
import { expect, test } from 'vitest';
import type { HistoryDifference } from '../../../src/core/history-difference.ts';
import { differenceTexts } from '../../../src/report/difference-text.ts';
import { accounts } from './build.ts';

const cases: readonly (readonly [string, HistoryDifference, ReturnType<typeof differenceTexts>])[] = [
  [
    'a step, and one run that had ended',
    {
      kind: 'step',
      step: 3,
      first: {
        kind: 'completed',
        session: 1,
        step: 3,
        openAfter: false,
        reply: { kind: 'rows', command: 'SELECT', rowCount: 1, rows: [['10']], columns: ['balance'] },
      },
      second: undefined,
    },
    { step: 3, first: 's2 got SELECT [["10"]]', second: 'nothing more happened' },
  ],
  [
    'memories',
    { kind: 'memory', first: [{ version: 1 }], second: [{ version: 2 }] },
    {
      step: undefined,
      only: 'memory',
      first: 'remembered [{"version":1}]',
      second: 'remembered [{"version":2}]',
    },
  ],
  [
    'final tables: only the rows that differ',
    {
      kind: 'final tables',
      first: accounts(['alice', '15'], ['bob', '3']),
      second: accounts(['alice', '17'], ['bob', '3']),
    },
    {
      step: undefined,
      only: 'final tables',
      first: 'left accounts (alice,\u00a015)',
      second: 'left accounts (alice,\u00a017)',
    },
  ],
];

test.each(cases)('%s', (_, difference, texts) => {
  expect(differenceTexts(difference)).toEqual(texts);
});
