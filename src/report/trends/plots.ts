/** The plots of trends: coverage, races and speed, over the time of one campaign and over nights. */
import { nightRate, type Night } from '../../core/night.ts';
import { timeText } from '../campaign-text.ts';
import { count } from '../text.ts';
import { dateAxis, elapsedAxis } from './axes.ts';
import { failingIn, ratesOf, type TrendCampaign, type TrendPoint } from './data.ts';
import type { Mark, Plot } from './plot.ts';

const rateText = (perSecond: number): string => `${perSecond.toFixed(1)} schedules/s`;

export function campaignPlots({ points, shards }: TrendCampaign): readonly Plot[] {
  const start: TrendPoint = { timeMs: 0, schedules: 0, sights: 0, races: 0 };
  const all = [start, ...points];
  const xAxis: Plot['xAxis'] = (range) => elapsedAxis(points.at(-1)?.timeMs ?? 0, range);
  const marksOf = (of: (point: TrendPoint) => Omit<Mark, 'x'>): readonly Mark[] =>
    all.map((point) => {
      const mark = of(point);
      return { x: point.timeMs, ...mark, title: `${timeText(point.timeMs)}: ${mark.title}` };
    });
  const together = shards.length > 1 ? ' of all shards together' : '';
  return [
    {
      title: 'sights',
      xAxis,
      series: [{ name: 'sights', tone: 'main', marks: marksOf(sightsMark) }],
    },
    {
      title: 'races found',
      xAxis,
      series: [
        {
          name: 'races',
          tone: 'bad',
          steps: true,
          marks: marksOf(({ races }) => ({ y: races, title: count(races, 'race') })),
        },
      ],
    },
    {
      title: `schedules per second${together}`,
      xAxis,
      series: [
        {
          name: 'speed',
          tone: 'main',
          marks: ratesOf(points).map(({ timeMs, perSecond }) => ({
            x: timeMs,
            y: perSecond,
            title: `${timeText(timeMs)}: ${rateText(perSecond)}`,
          })),
        },
      ],
    },
  ];
}

function sightsMark({ sights, sightsAtMost }: TrendPoint): Omit<Mark, 'x'> {
  if (sightsAtMost === undefined || sightsAtMost === sights)
    return { y: sights, top: sightsAtMost, title: count(sights, 'sight') };
  return { y: sights, top: sightsAtMost, title: `${sights} to ${sightsAtMost} sights` };
}

export function nightPlots(nights: readonly Night[]): readonly Plot[] {
  const timeOf = ({ startedAt }: Night): number => Date.parse(startedAt);
  const xAxis: Plot['xAxis'] = (range) => dateAxis(nights.map(timeOf), range);
  const marksOf = (of: (night: Night) => Omit<Mark, 'x'>): readonly Mark[] =>
    nights.map((night) => {
      const mark = of(night);
      return { x: timeOf(night), ...mark, title: `${night.startedAt.slice(0, 10)}: ${mark.title}` };
    });
  return [
    {
      title: 'sights',
      xAxis,
      series: [
        {
          name: 'sights',
          tone: 'main',
          marks: marksOf(({ sights }) => ({ y: sights, title: count(sights, 'sight') })),
        },
      ],
    },
    {
      title: 'races',
      xAxis,
      series: [
        {
          name: 'failing',
          tone: 'faint',
          marks: marksOf((night) => ({ y: failingIn(night), title: `${failingIn(night)} failing` })),
        },
        {
          name: 'new or back',
          tone: 'bad',
          marks: marksOf(({ races }) => {
            const news = races.new.length + races.back.length;
            return { y: news, title: `${races.new.length} new, ${races.back.length} back` };
          }),
        },
        {
          name: 'mended',
          tone: 'good',
          marks: marksOf(({ races: { mended } }) => ({ y: mended.length, title: `${mended.length} mended` })),
        },
      ],
    },
    {
      title: 'schedules per second of one machine',
      xAxis,
      series: [
        {
          name: 'speed',
          tone: 'main',
          marks: marksOf((night) => ({ y: nightRate(night), title: rateText(nightRate(night)) })),
        },
      ],
    },
  ];
}
