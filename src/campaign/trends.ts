/** The data of trends, from the files that campaigns left. */
import { readFileSync } from 'node:fs';
import type { Night } from '../core/night.ts';
import type { TrendCampaign, TrendData } from '../report/trends/data.ts';
import type { DamagedFile } from './corpus/corpus.ts';
import { shardText } from './fuzz/shard.ts';
import { parseState } from './fuzz/state.ts';
import { filesBelow, inFuzz, names, readEach } from './left-files.ts';
import { parseJoined } from './merge/campaign.ts';
import { readNights } from './nights.ts';

export interface FoundTrends extends TrendData {
  readonly damaged: readonly DamagedFile[];
}

/** @throws Fault `no-such-file`, `too-many-files` */
export function trendsIn(places: readonly string[]): FoundTrends {
  const files = filesBelow(places);
  const damaged: DamagedFile[] = [];
  const joined = readEach(
    inFuzz(files, names.joined),
    (file): TrendCampaign => {
      const { seed, shards, points } = parseJoined(readFileSync(file, 'utf8'));
      return { seed, shards: shards.map(({ shard }) => shard), points };
    },
    damaged,
  ).map(({ content }) => content);
  const single = readEach(
    inFuzz(files, names.state),
    (file): TrendCampaign => {
      const { seed, shard, points } = parseState(readFileSync(file, 'utf8'));
      return { seed, shards: [shardText(shard)], points };
    },
    damaged,
  ).map(({ content }) => content);
  const nights = readEach(
    inFuzz(files, names.nights),
    (file) => {
      const found = readNights(file);
      for (const why of found.damaged) damaged.push({ file, why });
      return found.nights;
    },
    damaged,
  ).flatMap(({ content }) => content);
  const alone = single.filter(({ seed, shards: [shard = ''] }) =>
    joined.every((whole) => whole.seed !== seed || !whole.shards.includes(shard)),
  );
  const sorted = eachOnce(nights);
  // The campaign of the last night comes first.
  const lastOf = ({ seed }: TrendCampaign): number => sorted.findLastIndex((night) => night.seed === seed);
  const campaigns = [...joined, ...alone].toSorted((a, b) => lastOf(b) - lastOf(a));
  return { campaigns, nights: sorted, damaged };
}

/**
 * In order of time. A night of a shard that was joined is part of the joined one. Shards may have been joined again, when nothing
 * was new any more: the first record counts.
 */
function eachOnce(nights: readonly Night[]): readonly Night[] {
  const keyOf = ({ startedAt, seed, shards }: Night): string => JSON.stringify([startedAt, seed, shards]);
  const unique = [...new Map(nights.toReversed().map((night) => [keyOf(night), night])).values()];
  return unique
    .filter((night) => !unique.some((whole) => isPartOf(night, whole)))
    .toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
}

function isPartOf(night: Night, whole: Night): boolean {
  if (whole.shards.length <= night.shards.length || whole.seed !== night.seed) return false;
  const [start, begin] = [Date.parse(night.startedAt), Date.parse(whole.startedAt)];
  const isDuring = start >= begin && start <= begin + whole.durationMs;
  return isDuring && night.shards.every((shard) => whole.shards.includes(shard));
}
