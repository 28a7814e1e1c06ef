/** The page and the summary of trends: what the plots say, one night alone, and texts that want to be markup. */
import { marked } from 'marked';
import { describe, expect, test } from 'vitest';
import { noRaces } from '../../../src/core/night.ts';
import { ratesOf, type TrendData } from '../../../src/report/trends/data.ts';
import { dateAxis, elapsedAxis, numberAxis } from '../../../src/report/trends/axes.ts';
import { formatTrendsMarkdown } from '../../../src/report/trends/markdown.ts';
import { formatTrends } from '../../../src/report/trends/page.ts';
import { campaignPlots, nightPlots } from '../../../src/report/trends/plots.ts';
import { campaign, nightOf, trends } from './trends-data.ts';

const attack = '"><script>alert(1)</script><img src=x onerror=alert(1)> `|` | --> \n# head ```';
const hostile: TrendData = {
  campaigns: [{ ...campaign, seed: attack, shards: [attack] }],
  nights: [1, 2].map((day) =>
    nightOf(day, {
      seed: attack,
      shards: [attack],
      commit: attack,
      versions: { lockstep: attack, node: attack, engines: [attack] },
    }),
  ),
};

describe('plots', () => {
  const marksOf = (title: string, name: string) =>
    [...nightPlots(trends.nights), ...campaignPlots(campaign)]
      .find((plot) => plot.title === title)
      ?.series.find((series) => series.name === name)?.marks ?? [];

  test('of nights: each night is a mark that says what it was', () => {
    const marks = marksOf('races', 'new or back');
    expect(marks).toHaveLength(30);
    expect(marks[4]).toEqual({
      x: Date.parse('2026-11-05T01:00:00Z'),
      y: 1,
      title: '2026-11-05: 1 new, 0 back',
    });
    expect(marksOf('schedules per second of one machine', 'speed')[0]?.title).toBe(
      '2026-11-01: 28.3 schedules/s',
    );
  });

  test('of a campaign: from zero, and the sights of shards within their bounds', () => {
    const plots = campaignPlots(campaign);
    expect(plots[0]?.series[0]?.marks.slice(0, 2)).toEqual([
      { x: 0, y: 0, top: undefined, title: '0 s: no sights' },
      { x: 36_000, y: 0, top: 0, title: '36 s: no sights' },
    ]);
    expect(plots[0]?.series[0]?.marks[20]?.title).toBe('12 min: 113 to 158 sights');
    expect(plots[2]?.title).toBe('schedules per second of all shards together');
  });

  test('a rate is that of some time, and all schedules count', () => {
    const rates = ratesOf(campaign.points);
    expect(rates.length).toBeGreaterThan(20);
    expect(rates.length).toBeLessThanOrEqual(41);
    expect(ratesOf([])).toEqual([]);
    const bunch = [1_000, 1_001, 9_000].map((timeMs, index) => ({
      timeMs,
      schedules: 10 * (index + 1),
      sights: 0,
      races: 0,
    }));
    expect(ratesOf(bunch).map(({ perSecond }) => perSecond)).toEqual([10, 2.5]);
  });
});

test.each([
  [5_000, ['0 s', '1 s', '2 s', '3 s', '4 s', '5 s']],
  [300_000, ['0 min', '1 min', '2 min', '3 min', '4 min', '5 min']],
  [8 * 3_600_000, ['0 h', '1 h', '2 h', '3 h']],
  [0, ['0 s']],
])('an axis of %i ms has fitting units', (most, texts) => {
  const { ticks, at } = elapsedAxis(most, [100, 200]);
  expect(ticks.map(({ text }) => text).slice(0, texts.length)).toEqual(texts);
  expect([at(0), at(most)]).toEqual([100, most === 0 ? 100 : 200]);
});

test('one night stands in the middle, and there is no half of a race', () => {
  const time = Date.parse('2026-11-30T00:00:00Z');
  expect(dateAxis([time], [0, 100]).at(time)).toBe(50);
  expect(numberAxis(1, [100, 0]).ticks.map(({ text }) => text)).toEqual(['0', '1']);
  expect(numberAxis(0, [100, 0]).at(0)).toBe(100);
});

describe('the page', () => {
  test('is the same for the same data, and has six plots and a row for each night', () => {
    const page = formatTrends(trends);
    expect(formatTrends(trends)).toBe(page);
    expect(page.match(/<svg/g)).toHaveLength(6);
    expect(page.match(/<tr>/g)).toHaveLength(31);
    expect(page).toContain('30 nights, the last one on 2026-11-30: 1 new race, 420 sights');
    expect(page).toContain('their sights together lie within the band');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  test.each<[string, TrendData]>([
    ['one night', { nights: [nightOf(1, { races: noRaces, sights: 0 })], campaigns: [] }],
    ['no night', { nights: [], campaigns: [campaign] }],
    ['a campaign without a round', { nights: [], campaigns: [{ ...campaign, points: [] }] }],
    ['a night of no time', { nights: [nightOf(1, { machineMs: 0, durationMs: 0 })], campaigns: [] }],
  ])('%s', (_, data) => {
    expect(formatTrends(data)).not.toMatch(/NaN|undefined|Infinity/);
    expect(formatTrendsMarkdown(data)).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('no text becomes markup', () => {
    const page = formatTrends(hostile);
    expect(page).not.toMatch(/<script|<img/);
    expect(page).toContain('&lt;script&gt;');
  });
});

describe('the summary', () => {
  test('has a plot of the campaign, one of the nights, and a row for each of the last nights', () => {
    const text = formatTrendsMarkdown(trends);
    expect(text.match(/^```mermaid\n%%.*%%\nxychart-beta$/gm)).toHaveLength(2);
    expect(text).toContain('  x-axis "minutes" 0 --> 120\n  y-axis 0 --> 298\n  line [0, ');
    expect(text.match(/^\| 2026-/gm)).toHaveLength(14);
    expect(text).toContain(
      '| 2026-11-30 | `nightly-2026-11-30` | 60 min | 457,570 (31.8/s) | 420 | 1 | 0 | 1 | 0 |',
    );
  });

  test('no text becomes markup, or a part of a plot', () => {
    const text = formatTrendsMarkdown(hostile);
    for (const [, plot = ''] of text.matchAll(/```mermaid\n%%.*%%\n([^]*?)```/g))
      expect(plot).toMatch(/^[\w\s".,:\-[\]>()]*$/);
    const html = marked.parse(text, { async: false });
    expect(html).not.toMatch(/<script|<img|<h1/);
    expect(html.match(/<tr>/g)).toHaveLength(3);
    for (const row of html.split('<tr>').slice(1)) expect(row.match(/<t[hd]>/g)).toHaveLength(9);
  });
});
