/** Writes what `lockstep fuzz` leaves besides its reports: the record of the night, and the text of an issue. */
import type { Corpus } from '../campaign/corpus/corpus.ts';
import { shardText } from '../campaign/fuzz/shard.ts';
import type { CampaignState } from '../campaign/fuzz/state.ts';
import { appendNight, nightsFile } from '../campaign/nights.ts';
import type { Night, NightRaces } from '../core/night.ts';
import type { CheckResult } from '../core/result.ts';
import type { CampaignStatus } from '../report/campaign-text.ts';
import type { Command } from './command.ts';
import { headCommit } from './git.ts';
import { writeIssue } from './issue-file.ts';
import { packageVersion } from './json-file.ts';
import type { WriteGuard } from './write-guard.ts';

export interface NightParts {
  /** In ISO 8601. */
  readonly startedAt: string;
  readonly state: CampaignState;
  /** Of this start. */
  readonly status: CampaignStatus;
  readonly results: readonly CheckResult[];
  readonly corpus: Corpus;
  readonly races: NightRaces;
}

/** @param issue a file for the races that are new or back; undefined: none is written */
export async function writeNight(
  { settings }: Command,
  { issue }: { readonly issue: string | undefined },
  parts: NightParts,
  writes: WriteGuard,
): Promise<void> {
  const night = await nightOf(parts);
  writes.try(() => appendNight(nightsFile(settings.reports), night));
  if (issue === undefined) return;
  const { seed, commit, races } = night;
  const reported = parts.corpus.entries
    .map((entry) => ({ entry, back: races.back.includes(entry.id) }))
    .filter(({ entry, back }) => back || races.new.includes(entry.id));
  writes.try(() => writeIssue(issue, reported, { corpus: settings.corpus, seed, commit }));
}

async function nightOf({ startedAt, state, status, results, races }: NightParts): Promise<Night> {
  const { elapsedMs, schedules, rounds, sights } = status;
  const durationMs = Math.round(elapsedMs);
  const engines = [...new Set(results.map(({ setting }) => setting.engine))].toSorted();
  return {
    startedAt,
    durationMs,
    machineMs: durationMs,
    seed: state.seed,
    shards: [shardText(state.shard)],
    schedules,
    rounds,
    sights,
    races,
    versions: { lockstep: packageVersion(), node: process.version, engines },
    commit: await headCommit(),
  };
}
