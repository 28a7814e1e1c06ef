import { describe, expect, test } from 'vitest';
import type { CertificateChange } from '../../../src/core/certificate-change.ts';
import { certificateChangeText } from '../../../src/report/certificate-change-text.ts';
import { assumptionTexts, claimLimitTexts } from '../../../src/report/certificate-claim-text.ts';
import { lostUpdate } from './build.ts';

const { setting } = lostUpdate;
const size = { sessions: 2, operations: 1, scenarios: 3, schedules: 6, classes: 6, aborted: 0, refused: 1 };
const sizeText = '3 scenarios, 6 schedules, 6 classes, 0 aborted, 1 refused';

test.each<readonly [CertificateChange, string]>([
  [{ kind: 'digest' }, 'its digest does not fit: it was changed after it was made'],
  [{ kind: 'model', before: 'a', after: 'b' }, 'it is of model a, not of b'],
  [{ kind: 'version', before: '1.0.0', after: '1.1.0' }, 'it was made by pg-lockstep 1.0.0, this is 1.1.0'],
  [
    { kind: 'engine', before: 'postgres 16.1', after: 'postgres 17.0' },
    'it was made on postgres 16.1, and this is postgres 17.0',
  ],
  [{ kind: 'schema' }, 'the schema changed'],
  [{ kind: 'file', name: 'a.ts', before: 'e5', after: 'f6' }, 'file a.ts changed'],
  [{ kind: 'file', name: 'a.ts', before: undefined, after: 'f6' }, 'file a.ts is new'],
  [{ kind: 'file', name: 'a.ts', before: 'e5', after: undefined }, 'file a.ts is no longer imported'],
  [{ kind: 'package', name: 'pg', before: '8.1', after: '8.2' }, 'package pg was 8.1 and is 8.2'],
  [{ kind: 'package', name: 'pg', before: '8.1', after: undefined }, 'package pg is no longer imported'],
  [{ kind: 'violation' }, 'a violation was found'],
  [{ kind: 'no-verdict' }, 'the search gave no verdict'],
  [{ kind: 'values' }, 'other values are taken for arguments or starting rows'],
  [{ kind: 'size', before: size, after: undefined }, `2x1 had ${sizeText}; now it was not covered`],
  [
    { kind: 'size', before: size, after: { ...size, classes: 5 } },
    `2x1 had ${sizeText}; now ${sizeText.replace('6 classes', '5 classes')}`,
  ],
])('a certificate is out of date: %o', (change, text) => {
  expect(certificateChangeText(change)).toBe(text);
});

describe('the assumptions', () => {
  const textOf = (...args: Parameters<typeof assumptionTexts>): string => assumptionTexts(...args).join('\n');

  test('name the equivalence of schedules only if it was used', () => {
    expect(textOf({}, setting, true, [])).toMatch(
      /schedules are equivalent if they differ only in the order/,
    );
    expect(textOf({}, setting, false, [])).toMatch(/no two schedules are taken to be equivalent/);
  });

  test('name the orders, and the aborts and refusals that the model allows', () => {
    expect(textOf({}, { ...setting, order: 'free' }, true, [])).toMatch(/any serial order may explain/);
    expect(textOf({}, setting, true, [])).toMatch(/serial orders keep each session's own order/);
    expect(textOf({}, setting, true, [])).toMatch(/40001, 40P01\) are allowed/);
    expect(textOf({ allowAborts: false }, setting, true, [])).not.toMatch(/40001/);
    expect(textOf({}, setting, true, [])).not.toMatch(/refusals/);
    expect(textOf({ refusal: () => true }, setting, true, [])).toMatch(/refusals that the model declares/);
  });

  test('end with remarks about the engine', () => {
    expect(assumptionTexts({}, setting, true, ['it is slow']).at(-1)).toBe('it is slow');
  });
});

test('the limits of a claim name values that were left out, and packages without a version', () => {
  const limits = claimLimitTexts({
    asked: { sessions: 3, operations: 1, values: 2 },
    rows: { taken: [{}, {}], known: 2, all: false },
    arguments: {
      deposit: [{ taken: [1, 2], known: 9, all: false }],
      open: [{ taken: [1], known: 1, all: true }],
    },
    source: { files: [], packages: [{ name: 'orm', version: 'unknown' }], schema: '' },
  });
  expect(limits.slice(0, 3)).toEqual([
    'scenarios of more than 3 sessions, or of more than 1 operation in a session',
    'other values of argument 1 of deposit: 2 of at least 9 were taken',
    'other starting rows: these 2 are all that were drawn',
  ]);
  expect(limits.at(-1)).toBe('packages whose version was not found: orm');
});
