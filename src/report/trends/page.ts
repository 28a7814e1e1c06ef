/**
 * Trends as one HTML file that needs nothing else, and has no script. User data is in it only as escaped text, and the policy
 * in its head allows only its own style.
 */
import { createHash } from 'node:crypto';
import { nightRate, type Night } from '../../core/night.ts';
import { timeText } from '../campaign-text.ts';
import { element, toHtml, type Element } from '../markup.ts';
import { count, listed, oneLine } from '../text.ts';
import { failingIn, type TrendCampaign, type TrendData } from './data.ts';
import { plotElement } from './plot.ts';
import { campaignPlots, nightPlots } from './plots.ts';
import { trendsStyle } from './style.ts';
import { summaryOf } from './summary.ts';

/** The whole page. */
export function formatTrends(data: TrendData): string {
  const hash = createHash('sha256').update(trendsStyle).digest('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  const head = [
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy.join('; ') }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, 'pg-lockstep: trends'),
  ];
  const body = [
    element('header', {}, element('h1', {}, 'pg-lockstep'), element('p', {}, summaryOf(data))),
    element(
      'main',
      {},
      data.nights.length === 0 ? [] : nightsSection(data.nights),
      data.campaigns.map(campaignSection),
    ),
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head>${toHtml(...head)}<style>${trendsStyle}</style></head>`,
    `<body>${toHtml(...body)}</body>`,
    '</html>\n',
  ].join('\n');
}

function nightsSection(nights: readonly Night[]): Element {
  return element(
    'section',
    { 'aria-labelledby': 'nights' },
    element('h2', { id: 'nights' }, 'Over nights'),
    element(
      'p',
      { class: 'note' },
      'The sights of a night are those of its campaign since its first start: a campaign that begins again begins at zero.',
    ),
    element('div', { class: 'plots' }, nightPlots(nights).map(plotElement)),
    nightsTable(nights),
  );
}

function nightsTable(nights: readonly Night[]): Element {
  const heads = [
    'night',
    'seed',
    'shards',
    'time',
    'schedules',
    'per second',
    'sights',
    'new',
    'back',
    'failing',
    'mended',
    'code',
    'versions',
  ];
  const row = (night: Night): Element => {
    const { startedAt, seed, shards, durationMs, schedules, sights, races, versions, commit = '' } = night;
    const cells = [
      String(seed),
      oneLine(shards.join(' ')),
      timeText(durationMs),
      schedules.toLocaleString('en-US'),
      nightRate(night).toFixed(1),
      sights.toLocaleString('en-US'),
      ...[races.new.length, races.back.length, failingIn(night), races.mended.length].map(String),
      commit.slice(0, 10),
      listed([...versions.engines, `node ${versions.node}`, `pg-lockstep ${versions.lockstep}`]),
    ];
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, startedAt.slice(0, 16).replace('T', ' ')),
      cells.map((text) => element('td', { dir: 'auto' }, oneLine(text))),
    );
  };
  return element(
    'div',
    { class: 'scrolls', tabindex: 0, role: 'region', 'aria-label': 'nights' },
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          heads.map((text) => element('th', { scope: 'col' }, text)),
        ),
      ),
      element('tbody', {}, nights.toReversed().map(row)),
    ),
  );
}

function campaignSection(campaign: TrendCampaign): Element {
  const { seed, shards, points } = campaign;
  const last = points.at(-1);
  const where = [
    `seed ${oneLine(String(seed))}`,
    ...(shards.join() === '1/1' ? [] : [`${shards.length === 1 ? 'shard' : 'shards'} ${listed(shards)}`]),
    ...(last === undefined
      ? ['no round is over']
      : [
          timeText(last.timeMs),
          count(last.schedules, 'schedule'),
          count(last.sights, 'sight'),
          count(last.races, 'race'),
        ]),
  ];
  const hasBand = points.some(({ sights, sightsAtMost = sights }) => sightsAtMost > sights);
  const note =
    'Shards see much of the same: between the beginning and the end, their sights together lie within the band.';
  return element(
    'section',
    { 'aria-label': 'campaign' },
    element('h2', {}, 'One campaign'),
    element('p', { class: 'note', dir: 'auto' }, where.join(', ')),
    hasBand ? [element('p', { class: 'note' }, note)] : [],
    last === undefined ? [] : [element('div', { class: 'plots' }, campaignPlots(campaign).map(plotElement))],
  );
}
