/** `lockstep fuzz`: hunts for a time, begins with the known races, and reports each race once. */
import { cellsOf } from '../campaign/cells.ts';
import { Corpus } from '../campaign/corpus/corpus.ts';
import { Campaign } from '../campaign/fuzz/campaign.ts';
import { NightLedger } from '../campaign/fuzz/night-ledger.ts';
import { readShard, shardText, wholeCampaign, type Shard } from '../campaign/fuzz/shard.ts';
import { newCampaign, readState, stateFile, writeState, type CampaignState } from '../campaign/fuzz/state.ts';
import { digestOfTargets, targetsOf } from '../campaign/fuzz/target.ts';
import { campaignSummary } from '../report/campaign-text.ts';
import { count } from '../report/text.ts';
import { wantedModels } from './changed-since.ts';
import { explain, type Command } from './command.ts';
import { damageOf } from './corpus/race-texts.ts';
import { exitCodeOf } from './exit-code.ts';
import { FuzzDisplay } from './fuzz-display.ts';
import { issueRow } from './issue-file.ts';
import { limitsOf } from './options/limit-table.ts';
import type { OptionTable } from './options/option.ts';
import { filesOf, writeReports } from './report-formats.ts';
import * as values from './values.ts';
import { executorsOf, watchOf } from './watch.ts';
import { WriteGuard } from './write-guard.ts';
import { writeNight } from './write-night.ts';

export interface FuzzRequest {
  readonly schedules: number | undefined;
  readonly shard: Shard;
  readonly fresh: boolean;
  /** A file for the text of an issue; undefined: none. */
  readonly issue: string | undefined;
}

export const fuzzTable: OptionTable<FuzzRequest> = {
  schedules: {
    argument: '<n>',
    read: values.wholeNumber,
    standard: undefined,
    help: 'schedules to run in all',
    shown: 'until --time',
  },
  shard: {
    argument: '<k/n>',
    read: readShard,
    standard: wholeCampaign,
    help: 'do only this part of the campaign, as in 3/8; give all parts the same seed',
    shown: '1/1',
  },
  fresh: { read: values.yesOrNo, standard: false, help: 'begin again instead of going on; the corpus stays' },
  issue: issueRow,
};

/** A campaign without any limit would keep a CI job busy until it is killed. */
const standardTimeMs = 600_000;

export async function fuzzCommand(command: Command, request: FuzzRequest): Promise<number> {
  const { settings, terminal } = command;
  const startedAt = new Date().toISOString();
  const models = await wantedModels(command);
  const targets = targetsOf(cellsOf(settings, models));
  const corpus = Corpus.open(settings.corpus);
  const damage = damageOf(corpus);
  for (const fault of damage) explain(fault, terminal);
  const file = stateFile(settings.reports, request.shard);
  const state = { ...startOf(command, request, file), targetsDigest: digestOfTargets(targets) };
  const night = new NightLedger(startedAt);
  const { schedules } = request;
  const timeMs = settings.time ?? (schedules === undefined ? standardTimeMs : undefined);
  const display = new FuzzDisplay(command, { timeMs, schedules });
  const writes = new WriteGuard(terminal);
  let saved = true;
  const campaign = new Campaign({
    ...watchOf(command),
    targets,
    executors: await executorsOf(command, Infinity, models),
    corpus,
    state,
    server: settings.server,
    limits: limitsOf(settings),
    timeMs,
    schedules,
    // Each round tries again: one complaint is enough until it works.
    save: (next) => {
      if (saved) saved = writes.try(() => (writeState(file, next), true)) ?? false;
      else saved = wasWritten(file, next);
    },
    onKnown: (news, target) => {
      night.addKnown(news);
      display.known(news, target);
    },
    onRace: (race, target) => {
      night.addFound(race);
      display.race(race, target);
    },
    onUnwritten: (error, race) => {
      writes.add(error);
      display.unwritten(race);
    },
    onInconclusive: (result, target) => display.inconclusive(result, target),
    onStatus: (status) => display.status(status),
  });
  await campaign.run();
  const { results, faults, status } = campaign;
  const context = { startedAt, modelPathOf: filesOf(models) };
  writeReports(settings, results, context, (write) => writes.try(write));
  const parts = { startedAt, state, status, results, corpus, races: night.races };
  await writeNight(command, request, parts, writes);
  terminal.out(campaignSummary(status, display.failing));
  if (corpus.entries.length > 0) terminal.out(`${count(corpus.entries.length, 'race')} in ${corpus.folder}`);
  return exitCodeOf(results, [...damage, ...faults], writes.failed);
}

/** Where the campaign goes on, said to the user. */
function startOf(
  { settings, terminal }: Command,
  { shard, fresh }: FuzzRequest,
  file: string,
): CampaignState {
  const found = fresh ? ({ kind: 'none' } as const) : readState(file);
  if (found.kind === 'damaged')
    terminal.err(
      `${file}: cannot be used (${found.why}); moved to ${found.movedTo}, and the campaign begins again`,
    );
  if (found.kind === 'found' && (settings.seed === undefined || settings.seed === found.state.seed)) {
    terminal.err(`going on with the campaign of ${file}, seed ${found.state.seed}`);
    return found.state;
  }
  const seed = settings.seed ?? Math.floor(Math.random() * 2 ** 31);
  terminal.err(`a new campaign, seed ${seed}${shard.of === 1 ? '' : `, shard ${shardText(shard)}`}`);
  return newCampaign(seed, shard);
}

function wasWritten(file: string, state: CampaignState): boolean {
  try {
    writeState(file, state);
    return true;
  } catch {
    return false;
  }
}
