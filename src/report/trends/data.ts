/** The data of trends: how one campaign went over its time, and how nights compare. */
import type { Night } from '../../core/night.ts';

export interface TrendPoint {
  /** Since the campaign began, without the time between two starts. */
  readonly timeMs: number;
  readonly schedules: number;
  readonly sights: number;
  /** Of joined shards, whose sights overlap: there were at least `sights`, and at most this many. Undefined: exactly `sights`. */
  readonly sightsAtMost?: number | undefined;
  readonly races: number;
}

export interface TrendCampaign {
  readonly seed: number | string;
  /** `1/1`, `3/8`; several if they were joined. */
  readonly shards: readonly string[];
  /** In order of time. */
  readonly points: readonly TrendPoint[];
}

export interface TrendData {
  readonly campaigns: readonly TrendCampaign[];
  /** In order of time. */
  readonly nights: readonly Night[];
}

/** Its middle, and the schedules per second between two points. */
export interface Rate {
  readonly timeMs: number;
  readonly perSecond: number;
}

/** A rate needs some time: a point comes after each round, and rounds end in bunches. */
const mostRates = 40;

export function ratesOf(points: readonly TrendPoint[]): readonly Rate[] {
  const last = points.at(-1)?.timeMs ?? 0;
  const rates: Rate[] = [];
  let from: Pick<TrendPoint, 'timeMs' | 'schedules'> = { timeMs: 0, schedules: 0 };
  for (const point of points) {
    const spentMs = point.timeMs - from.timeMs;
    if (spentMs <= 0 || (spentMs < last / mostRates && point !== points.at(-1))) continue;
    const perSecond = ((point.schedules - from.schedules) * 1000) / spentMs;
    rates.push({ timeMs: (point.timeMs + from.timeMs) / 2, perSecond });
    from = point;
  }
  return rates;
}

/** All races that failed in a night. */
export function failingIn({ races }: Night): number {
  return races.new.length + races.back.length + races.known.length;
}
