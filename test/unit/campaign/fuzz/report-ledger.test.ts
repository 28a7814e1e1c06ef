/** What a start of a campaign says of a target. */
import { expect, test } from 'vitest';
import { ReportLedger } from '../../../../src/campaign/fuzz/report-ledger.ts';
import { checkResult, nothingCovered } from '../../../../src/core/check-result.ts';
import { targets } from './support.ts';

const [target] = targets('bank');
if (target === undefined) throw new Error('there is one');
const held = checkResult({
  setting: {
    model: 'bank',
    driver: 'postgres',
    engine: 'postgres 18',
    isolation: 'read committed',
    order: 'session',
    granularity: 'statement',
  },
  coverage: { ...nothingCovered, schedules: 10 },
  seed: 1,
});

test('rounds without a failure hold together', () => {
  const ledger = new ReportLedger();
  ledger.add(target, held, false);
  ledger.add(target, held, false);
  expect(ledger.results).toMatchObject([{ verdict: 'holds', coverage: { schedules: 20 } }]);
});

test('a target with failures does not hold, whichever round they were in', () => {
  for (const failed of [0, 1, 2]) {
    const ledger = new ReportLedger();
    for (const round of [0, 1, 2]) ledger.add(target, held, round === failed);
    expect(ledger.results).toEqual([]);
  }
});

test('a missing verdict is said once, and stays', () => {
  const ledger = new ReportLedger();
  const unclear = checkResult({ ...held, inconclusive: { kind: 'vacuous', detail: 'nothing was sent' } });
  expect([unclear, unclear, held].map((result) => ledger.add(target, result, false))).toEqual([
    true,
    false,
    false,
  ]);
  expect(ledger.results).toMatchObject([{ verdict: 'inconclusive' }]);
});
