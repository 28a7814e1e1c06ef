/**
 * The points of several shards as those of one campaign, on the time since each began. Schedules add up. A race counts from
 * the time of the shard that found it first. The sights of shards overlap, and a point holds only their number: together they
 * are at least those of the shard with the most, and at most the sum. The last point is exact.
 */
import type { Point } from '../fuzz/state.ts';

export interface JoinedPoint extends Point {
  /** `sights` is the least there can have been, and this the most. */
  readonly sightsAtMost: number;
}

export interface PointsOfShard {
  readonly points: readonly Point[];
  /** Ids, in the order in which it found them. */
  readonly races: readonly string[];
}

/** When a shard found its races, in milliseconds, by id. One that is in no point yet was found after the last. */
export function timesOfRaces({ points, races }: PointsOfShard): ReadonlyMap<string, number> {
  const last = points.at(-1)?.timeMs ?? 0;
  return new Map(
    races.map((id, index) => [id, points.find((point) => point.races > index)?.timeMs ?? last] as const),
  );
}

/** When the first of the shards found each race. */
export function firstTimes(shards: readonly PointsOfShard[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const [id, at] of shards.flatMap((shard) => [...timesOfRaces(shard)]))
    first.set(id, Math.min(at, first.get(id) ?? Infinity));
  return first;
}

/** @param sights of all shards together, each once */
export function joinPoints(shards: readonly PointsOfShard[], sights: number): readonly JoinedPoint[] {
  const times = [...new Set(shards.flatMap(({ points }) => points.map(({ timeMs }) => timeMs)))];
  const found = [...firstTimes(shards).values()];
  const joined = times
    .toSorted((a, b) => a - b)
    .map((timeMs): JoinedPoint => {
      const now = shards.flatMap(({ points }) => points.findLast((point) => point.timeMs <= timeMs) ?? []);
      return {
        timeMs,
        schedules: sum(now.map(({ schedules }) => schedules)),
        sights: Math.max(0, ...now.map((point) => point.sights)),
        sightsAtMost: Math.min(sights, sum(now.map((point) => point.sights))),
        races: found.filter((at) => at <= timeMs).length,
      };
    });
  const last = joined.at(-1);
  return last === undefined ? [] : [...joined.slice(0, -1), { ...last, sights, sightsAtMost: sights }];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
