/** Trends in one line. */
import { count } from '../text.ts';
import type { TrendData } from './data.ts';

/** `12 nights, the last one on 2026-11-30: 2 new races, 40 sights` */
export function summaryOf({ nights, campaigns }: TrendData): string {
  const last = nights.at(-1);
  if (last === undefined) return `no night is recorded, ${count(campaigns.length, 'campaign')}`;
  const { races, sights, startedAt } = last;
  const news = [
    count(races.new.length, 'new race'),
    ...(races.back.length === 0 ? [] : [`${races.back.length} back`]),
    ...(races.mended.length === 0 ? [] : [`${races.mended.length} mended`]),
    count(sights, 'sight'),
  ];
  return `${count(nights.length, 'night')}, the last one on ${startedAt.slice(0, 10)}: ${news.join(', ')}`;
}
