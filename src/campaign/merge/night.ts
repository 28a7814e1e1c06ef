/** The night of a campaign that ran in shards, from the nights that its shards recorded. */
import type { Night, NightRaces } from '../../core/night.ts';
import type { JoinedCampaign } from './campaign.ts';
import type { JoinedRace, RaceNews } from './corpora.ts';
import type { From } from '../left-files.ts';

/**
 * The last start of each shard, together. Undefined if a shard that is there has recorded none.
 *
 * @param races of the joined corpus
 */
export function joinNights(
  nights: readonly From<readonly Night[]>[],
  { seed, shards, targets }: JoinedCampaign,
  races: readonly JoinedRace[],
): Night | undefined {
  const all = nights.flatMap(({ content }) => content);
  const last = shards.map(({ shard }) =>
    all
      .filter((night) => night.seed === seed && night.shards.length === 1 && night.shards[0] === shard)
      .toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
      .at(-1),
  );
  const own = last.filter((night) => night !== undefined);
  const [first] = own.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  if (first === undefined || own.length < last.length) return undefined;
  const begin = Date.parse(first.startedAt);
  const end = Math.max(...own.map(({ startedAt, durationMs }) => Date.parse(startedAt) + durationMs));
  const sum = (of: (night: Night) => number): number => own.reduce((total, night) => total + of(night), 0);
  return {
    startedAt: first.startedAt,
    durationMs: end - begin,
    machineMs: sum(({ machineMs }) => machineMs),
    seed,
    shards: shards.map(({ shard }) => shard),
    schedules: sum(({ schedules }) => schedules),
    rounds: sum(({ rounds }) => rounds),
    sights: Object.values(targets).reduce((total, target) => total + target.sights.length, 0),
    races: joinRaces(own, races),
    versions: {
      ...first.versions,
      engines: [...new Set(own.flatMap(({ versions }) => versions.engines))].toSorted(),
    },
    commit: first.commit,
  };
}

/** News is what the joined corpus did not know. The races that are known were run by each shard. */
function joinRaces(nights: readonly Night[], races: readonly JoinedRace[]): NightRaces {
  const idsOf = (wanted: RaceNews): readonly string[] =>
    races.filter(({ news }) => news === wanted).map(({ entry }) => entry.id);
  const failing = races.filter(({ entry, news }) => entry.state.kind === 'fails' && news === 'same');
  const seen = new Set(nights.flatMap(({ races: { known } }) => known));
  return {
    new: idsOf('new'),
    back: idsOf('back'),
    known: failing.map(({ entry }) => entry.id).filter((id) => seen.has(id)),
    mended: idsOf('mended'),
  };
}
