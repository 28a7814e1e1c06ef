/**
 * The dealt rounds of 1/4 to 4/4, joined, are those of 1/1: the same scenarios, sights and races, each once. Extra rounds
 * follow what a shard has seen, so they differ; here they are answered without a search.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Corpus } from '../../src/campaign/corpus/corpus.ts';
import type { Executor } from '../../src/campaign/executor.ts';
import { Campaign } from '../../src/campaign/fuzz/campaign.ts';
import type { Shard } from '../../src/campaign/fuzz/shard.ts';
import { newCampaign, type CampaignState } from '../../src/campaign/fuzz/state.ts';
import { targetsOf } from '../../src/campaign/fuzz/target.ts';
import type { CheckJob, HuntJob } from '../../src/campaign/job.ts';
import { joinCampaign } from '../../src/campaign/merge/campaign.ts';
import { joinCorpora } from '../../src/campaign/merge/corpora.ts';
import { factsOf } from '../../src/campaign/model-facts.ts';
import { check } from '../../src/check/check.ts';
import { answerHunt, type HuntAnswer } from '../../src/hunt/answer.ts';
import { Lab } from '../../src/lab/lab.ts';
import { checkResult, nothingCovered } from '../../src/core/check-result.ts';
import { modelId } from '../../src/core/model.ts';
import { postgres } from '../../src/driver/postgres/index.ts';
import { account, addInPlace, modelOf, readThenWrite } from '../support/models.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-shards-'));
const engine = postgres();
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const models = [
  account(readThenWrite, { variant: 'faulty' }),
  account(addInPlace, { variant: 'mended' }),
  modelOf(
    'create table stock (item text primary key, left_over int not null); create table sold (item text)',
    {
      sell: async ({ client }) => {
        const { rows } = await client.query(`select left_over from stock`);
        if (rows.length > 0) await client.query(`insert into sold values ('pen')`);
        await client.query(`delete from stock`);
      },
    },
    { variant: 'write-skew', rows: { stock: [{ item: 'pen', left_over: 1 }] } },
  ),
];
const file = { file: 'models.ts', absolute: '/models.ts', exported: undefined };
const targets = targetsOf(
  models.map((model) => ({
    model: factsOf(model, file),
    engine: 'postgres',
    isolation: 'read committed',
    order: 'session',
  })),
);

function modelCalled(id: string): (typeof models)[number] {
  const model = models.find((each) => modelId(each) === id);
  if (model === undefined) throw new Error(id);
  return model;
}

interface Ran {
  readonly state: CampaignState;
  readonly corpus: Corpus;
  /** The seeds of its searches, which decide the scenarios and schedules. */
  readonly seeds: readonly string[];
}

/** A campaign that ends after this many dealt rounds. */
async function campaignOf(shard: Shard, rounds: number): Promise<Ran> {
  let state = newCampaign('night', shard);
  const seeds = new Set<string>();
  const corpus = Corpus.open(join(folder, `${shard.number}-of-${shard.of}`));
  const hunt = async ({ model: { id }, options, question }: HuntJob): Promise<HuntAnswer> => {
    const setting = {
      model: id,
      driver: 'postgres',
      engine: 'postgres',
      isolation: 'read committed',
      order: 'session',
      granularity: 'statement',
    } as const;
    const { seed, guided } = question;
    if (guided) {
      const result = checkResult({ setting, coverage: nothingCovered, seed });
      return { result, failures: [], sights: [], finds: [] };
    }
    seeds.add(seed);
    const lab = await Lab.open(modelCalled(id), { engine, isolation: options.isolation });
    try {
      return await answerHunt(lab, { ...question, schedules: 24 }, () => false);
    } finally {
      await lab.close();
    }
  };
  const run = (job: CheckJob | HuntJob): Promise<unknown> =>
    job.kind === 'hunt'
      ? hunt(job)
      : check(modelCalled(job.model.id), { ...job.options, engine } as Parameters<typeof check>[1]);
  const executor = { run, renew: async () => {} } as unknown as Executor;
  const ignore = (): void => {};
  await new Campaign({
    targets,
    executors: [executor],
    corpus,
    state,
    server: undefined,
    limits: {},
    timeMs: undefined,
    schedules: undefined,
    save: (next) => (state = next),
    onKnown: ignore,
    onRace: ignore,
    onUnwritten: ignore,
    onInconclusive: ignore,
    onStatus: ignore,
    // The round is over by then: `dealt` is the number of the next one of this shard.
    stopped: () => state.dealt >= rounds * shard.of,
  }).run();
  return { state, corpus, seeds: [...seeds] };
}

test('four shards find the races of the whole, and cover its scenarios', async () => {
  const whole = await campaignOf({ number: 1, of: 1 }, 8);
  const shards: Ran[] = [];
  for (const number of [1, 2, 3, 4]) shards.push(await campaignOf({ number, of: 4 }, 2));

  expect(whole.seeds).toHaveLength(8);
  expect(shards.flatMap(({ seeds }) => seeds).toSorted()).toEqual(whole.seeds.toSorted());

  const joined = joinCampaign(shards.map(({ state }, index) => ({ from: `shard ${index}`, content: state })));
  expect(joined.missing).toEqual([]);
  expect(joined.dealt).toBe(8);
  for (const { key } of targets) {
    const { sights, schedules, duplicates } = whole.state.targets[key]!;
    expect(sights.length).toBeGreaterThan(0);
    expect(joined.targets[key]).toMatchObject({ sights, schedules });
    // Each shard meets a race for the first time.
    expect(joined.targets[key]?.duplicates).toBeLessThanOrEqual(duplicates);
  }

  const into = Corpus.open(join(folder, 'joined'));
  joinCorpora(
    into,
    shards.map(({ corpus }) => ({ from: corpus.folder, content: corpus })),
  );
  const ids = ({ entries }: Corpus): readonly string[] => entries.map(({ id }) => id);
  expect(ids(into)).toEqual(ids(whole.corpus));
  expect(joined.races.toSorted()).toEqual(whole.state.races.toSorted());
  expect(joined.races.length).toBeGreaterThan(1);
});
