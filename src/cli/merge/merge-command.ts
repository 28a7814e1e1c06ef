/** `lockstep merge`: joins what the shards of a campaign left, and says what came from where. */
import { join, resolve } from 'node:path';
import { Corpus } from '../../campaign/corpus/corpus.ts';
import { joinCampaign, type JoinedCampaign } from '../../campaign/merge/campaign.ts';
import { joinCorpora, type JoinedRace } from '../../campaign/merge/corpora.ts';
import { joinNights } from '../../campaign/merge/night.ts';
import { partsIn, type Parts } from '../../campaign/merge/parts.ts';
import { joinResults } from '../../campaign/merge/results.ts';
import { appendNight, nightsFile } from '../../campaign/nights.ts';
import { writeWhole } from '../../campaign/write-whole.ts';
import { Fault } from '../../core/fault.ts';
import { explain, type Command } from '../command.ts';
import { exitCodeOf } from '../exit-code.ts';
import { headCommit } from '../git.ts';
import { issueRow, writeIssue } from '../issue-file.ts';
import type { OptionTable } from '../options/option.ts';
import { writeReports } from '../report-formats.ts';
import { WriteGuard } from '../write-guard.ts';
import { campaignTexts, racesText, raceTexts } from './merge-texts.ts';

export interface MergeOptions {
  readonly issue: string | undefined;
}

export const mergeTable: OptionTable<MergeOptions> = { issue: issueRow };

export interface MergeRequest extends MergeOptions {
  /** Folders that shards left, or single files of them. */
  readonly places: readonly string[];
}

/** The joined state of a campaign; `lockstep trends` plots it. */
export function joinedFile(reports: string): string {
  return join(reports, 'fuzz', 'joined.json');
}

/** @throws Fault `nothing-to-merge`, `other-campaign`, `same-shard`, and those of `partsIn` */
export async function mergeCommand(command: Command, request: MergeRequest): Promise<number> {
  const { settings, terminal } = command;
  const parts = partsIn(request.places);
  const into = Corpus.open(settings.corpus);
  const damage = damageOf(parts, into);
  for (const fault of damage) explain(fault, terminal);
  refuseNothing(parts, request.places, damage);
  const campaign = parts.states.length === 0 ? undefined : joinCampaign(parts.states);
  const races = joinCorpora(
    into,
    parts.corpora,
    isInPlace(parts, into) ? new Set(campaign?.races) : undefined,
  );
  const writes = new WriteGuard(terminal);
  if (campaign !== undefined) {
    writes.try(() => writeWhole(joinedFile(settings.reports), `${JSON.stringify(campaign)}\n`));
    const night = joinNights(parts.nights, campaign, races);
    if (night === undefined) terminal.err('no night is recorded, since a shard has not recorded its own');
    else writes.try(() => appendNight(nightsFile(settings.reports), night));
  }
  writeReports(settings, ...resultsOf(parts, settings.json), (write) => writes.try(write));
  for (const text of texts(campaign, races, command)) terminal.out(text);
  const { issue } = request;
  if (issue !== undefined) {
    const { corpus } = settings;
    const context = { corpus, seed: campaign?.seed, commit: await headCommit() };
    const reported = races.filter(({ news }) => news === 'new' || news === 'back');
    const list = reported.map(({ entry, news }) => ({ entry, back: news === 'back' }));
    writes.try(() => writeIssue(issue, list, context));
  }
  return exitCodeOf([], damage, writes.failed);
}

/** Whether the shards wrote into this very corpus: then it does not say what is new, but the campaign does. */
function isInPlace({ corpora }: Parts, { folder }: Corpus): boolean {
  return corpora.length === 0 || corpora.some(({ from }) => resolve(from) === resolve(folder));
}

/** Each file that cannot be used, once: the others are joined all the same. */
function damageOf({ damaged }: Parts, into: Corpus): readonly Fault[] {
  const files = new Set(damaged.map(({ file }) => file));
  return [...damaged, ...into.damaged.filter(({ file }) => !files.has(file))].map(
    ({ file, why }) =>
      new Fault(`cannot read ${file}`, {
        code: 'bad-part',
        kind: 'usage',
        detail: why,
        hint: 'nothing of it is in the result: fetch it again from where it was made, or remove it',
      }),
  );
}

function refuseNothing(parts: Parts, places: readonly string[], damage: readonly Fault[]): void {
  const found = parts.states.length + parts.corpora.length + parts.results.length;
  if (found > 0 || damage.length > 0) return;
  throw new Fault(`there is nothing to merge in ${places.join(', ')}`, {
    code: 'nothing-to-merge',
    kind: 'usage',
    detail: 'no state of a campaign, no race and no results were found',
    hint: 'name the folders that lockstep fuzz --shard left: its reports and its corpus',
  });
}

/** An earlier result of this command is none of a shard's. */
function resultsOf(
  { results: all }: Parts,
  written: string | undefined,
): [ReturnType<typeof joinResults>, { startedAt: string }] {
  const results = all.filter(({ from }) => written === undefined || resolve(from) !== resolve(written));
  const [startedAt = new Date().toISOString()] = results.map(({ content }) => content.startedAt).toSorted();
  return [joinResults(results.flatMap(({ content }) => content.results)), { startedAt }];
}

function texts(
  campaign: JoinedCampaign | undefined,
  races: readonly JoinedRace[],
  { settings, terminal }: Command,
): readonly string[] {
  return [
    ...(campaign === undefined ? [] : campaignTexts(campaign, terminal)),
    ...raceTexts(races, terminal),
    racesText(races, settings.corpus),
  ];
}
