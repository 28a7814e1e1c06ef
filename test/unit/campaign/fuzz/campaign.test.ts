import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Corpus } from '../../../../src/campaign/corpus/corpus.ts';
import type { Executor } from '../../../../src/campaign/executor.ts';
import { Campaign } from '../../../../src/campaign/fuzz/campaign.ts';
import { wholeCampaign } from '../../../../src/campaign/fuzz/shard.ts';
import { newCampaign, type CampaignState } from '../../../../src/campaign/fuzz/state.ts';
import { checkResult, nothingCovered } from '../../../../src/core/check-result.ts';
import { targets } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-campaign-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A campaign whose third round, the second dealt one, ends without a verdict; it is stopped in this round. */
async function stoppedIn(round: number): Promise<{
  readonly state: CampaignState;
  readonly unclear: number;
}> {
  let runs = 0;
  let stopped = false;
  let unclear = 0;
  let state = newCampaign('seed', wholeCampaign);
  const setting = {
    model: 'bank',
    driver: 'postgres',
    engine: 'postgres 18',
    isolation: 'read committed',
    order: 'session',
    granularity: 'statement',
  } as const;
  const executor: Executor = {
    run: (async () => {
      runs += 1;
      stopped = runs >= round;
      const inconclusive = { kind: 'vacuous', detail: 'no schedule was run' } as const;
      const findings = { setting, coverage: nothingCovered, seed: 1 };
      const result = checkResult(runs === 3 ? { ...findings, inconclusive } : findings);
      return { result, failures: [], sights: [], finds: [] };
    }) as unknown as Executor['run'],
    renew: async () => {},
  };
  const campaign = new Campaign({
    targets: targets('bank'),
    executors: [executor],
    corpus: Corpus.open(folder),
    state,
    server: undefined,
    limits: {},
    timeMs: undefined,
    schedules: undefined,
    save: (next) => (state = next),
    onKnown: () => {},
    onRace: () => {},
    onUnwritten: () => {},
    onInconclusive: () => (unclear += 1),
    onStatus: () => {},
    stopped: () => stopped,
  });
  await campaign.run();
  return { state, unclear };
}

test('a round that Ctrl-C cuts short is not reported, and the next start does it again', async () => {
  const cut = await stoppedIn(3);
  const whole = await stoppedIn(4);
  expect([cut.unclear, whole.unclear]).toEqual([0, 1]);
  expect([cut.state.dealt, whole.state.dealt]).toEqual([1, 2]);
});
