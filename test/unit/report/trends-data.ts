/** Nights and campaigns, made for tests of trends. */
import { noRaces, type Night } from '../../../src/core/night.ts';
import type { TrendCampaign, TrendData } from '../../../src/report/trends/data.ts';

export function nightOf(day: number, more: Partial<Night> = {}): Night {
  return {
    startedAt: `2026-11-${String(day).padStart(2, '0')}T01:00:00.000Z`,
    durationMs: 3_600_000,
    machineMs: 4 * 3_600_000,
    seed: `nightly-2026-11-${day}`,
    shards: ['1/4', '2/4', '3/4', '4/4'],
    schedules: 400_000 + ((day * 7919) % 90_000),
    rounds: 900,
    sights: 300 + day * 4,
    races: { ...noRaces, known: ['a', 'b'].slice(0, day % 3), new: day % 5 === 0 ? ['c'] : [] },
    versions: { lockstep: '0.1.0', node: 'v20.20.2', engines: ['postgres 18.4'] },
    commit: '0123456789abcdef',
    ...more,
  };
}

/** Two hours, with news that becomes rare. */
export const campaign: TrendCampaign = {
  seed: 'nightly-2026-11-30',
  shards: ['1/2', '2/2'],
  points: Array.from({ length: 200 }, (_, index) => {
    const timeMs = (index + 1) * 36_000;
    const sights = Math.round(300 * (1 - Math.exp(-index / 40)));
    const isLast = index === 199;
    return {
      timeMs,
      schedules: timeMs / 10 + (index % 7) * 100,
      sights,
      sightsAtMost: isLast ? sights : Math.min(298, Math.round(sights * 1.4)),
      races: Math.floor(Math.sqrt(index / 20)),
    };
  }),
};

export const trends: TrendData = {
  campaigns: [campaign],
  nights: Array.from({ length: 30 }, (_, index) => nightOf(index + 1)),
};
