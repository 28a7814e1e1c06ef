/**
 * Trends for a job summary: the last nights as a table, and two plots in the language of Mermaid, which GitHub and GitLab draw.
 * The plots hold numbers alone, so that no name can break them.
 */
import { nightRate, type Night } from '../../core/night.ts';
import { timeText } from '../campaign-text.ts';
import { codeSpan, fenced } from '../fenced.ts';
import { oneLine } from '../text.ts';
import { failingIn, type TrendCampaign, type TrendData, type TrendPoint } from './data.ts';
import { summaryOf } from './summary.ts';

/** A blue that is legible on light and dark pages. */
const theme = '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#4184e4"}}}}%%';

const shownNights = 14;
/** Mermaid has no points in a line: this many are evenly spaced over the time. */
const samples = 30;

/** Ends with a line end. */
export function formatTrendsMarkdown(data: TrendData): string {
  const nights = data.nights.slice(-shownNights);
  const [campaign] = data.campaigns;
  const blocks = [
    `## pg-lockstep: ${summaryOf(data)}`,
    ...(campaign === undefined || campaign.points.length === 0 ? [] : [campaignPlot(campaign)]),
    ...(nights.length < 2 ? [] : [nightsPlot(nights)]),
    ...(nights.length === 0 ? [] : [table(nights)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function campaignPlot({ points }: TrendCampaign): string {
  const last = points.at(-1)?.timeMs ?? 0;
  const [unit, unitMs] = last > 120_000 ? ['minutes', 60_000] : ['seconds', 1_000];
  const times = Array.from({ length: samples + 1 }, (_, index) => (last * index) / samples);
  const at = (time: number): TrendPoint | undefined => points.findLast(({ timeMs }) => timeMs <= time);
  return chart('sights of the campaign', `x-axis "${unit}" 0 --> ${number(last / unitMs)}`, [
    ['line', times.map((time) => at(time)?.sights ?? 0)],
  ]);
}

function nightsPlot(nights: readonly Night[]): string {
  const days = nights.map(({ startedAt }) => `"${startedAt.slice(5, 10).replaceAll(/[^\d-]/g, '')}"`);
  return chart('races that fail, by night', `x-axis [${days.join(', ')}]`, [['bar', nights.map(failingIn)]]);
}

function chart(
  title: string,
  xAxis: string,
  series: readonly (readonly [kind: 'line' | 'bar', values: readonly number[]])[],
): string {
  const most = Math.max(1, ...series.flatMap(([, values]) => values));
  const lines = [
    theme,
    'xychart-beta',
    `  title "${title}"`,
    `  ${xAxis}`,
    `  y-axis 0 --> ${number(most)}`,
    ...series.map(([kind, values]) => `  ${kind} [${values.map(number).join(', ')}]`),
  ];
  return fenced(lines.join('\n'), 'mermaid');
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function table(nights: readonly Night[]): string {
  const rows = nights.toReversed().map((night) => {
    const { startedAt, seed, durationMs, schedules, sights, races } = night;
    return [
      startedAt.slice(0, 10).replaceAll(/[^\d-]/g, ''),
      codeSpan(oneLine(String(seed)).replaceAll('|', '\\|')),
      timeText(durationMs),
      `${schedules.toLocaleString('en-US')} (${nightRate(night).toFixed(1)}/s)`,
      sights.toLocaleString('en-US'),
      ...[races.new, races.back].map(({ length }) => String(length)),
      String(failingIn(night)),
      String(races.mended.length),
    ];
  });
  const heads = ['night', 'seed', 'time', 'schedules', 'sights', 'new', 'back', 'failing', 'mended'];
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
