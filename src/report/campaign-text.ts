/** The words of a campaign while it goes on, and at its end. */
import { count } from './text.ts';

/** How far a campaign is: sights since its first start, the rest since this one. */
export interface CampaignStatus {
  readonly elapsedMs: number;
  readonly schedules: number;
  readonly rounds: number;
  /** Failures that were a known race. */
  readonly duplicates: number;
  readonly newRaces: number;
  readonly sights: number;
}

/** The limits of a campaign; undefined: none. */
export interface CampaignBudget {
  readonly timeMs: number | undefined;
  readonly schedules: number | undefined;
}

/** `12 s: 840 schedules (70/s), 61 sights, 2 new races; 48 s left` */
export function statusText(status: CampaignStatus, budget: CampaignBudget): string {
  const { elapsedMs, schedules, sights, newRaces } = status;
  const left = leftText(status, budget);
  return [
    `${timeText(elapsedMs)}: ${count(schedules, 'schedule')} (${rateText(status)}), ${count(sights, 'sight')}, `,
    count(newRaces, 'new race'),
    left === '' ? '' : `; ${left} left`,
  ].join('');
}

function leftText({ elapsedMs, schedules }: CampaignStatus, budget: CampaignBudget): string {
  const time = budget.timeMs === undefined ? [] : [timeText(Math.max(0, budget.timeMs - elapsedMs))];
  const rest =
    budget.schedules === undefined ? [] : [count(Math.max(0, budget.schedules - schedules), 'schedule')];
  return [...time, ...rest].join(' or ');
}

/** @param failing known races that fail still or again */
export function campaignSummary(status: CampaignStatus, failing: number): string {
  const { elapsedMs, schedules, rounds, duplicates, newRaces, sights } = status;
  return [
    newRaces === 0 ? 'nothing new' : count(newRaces, 'new race'),
    ...(failing === 0 ? [] : [`${count(failing, 'known race')} ${failing === 1 ? 'fails' : 'fail'}`]),
    ...(duplicates === 0 ? [] : [`${count(duplicates, 'more failure')} of known races`]),
    count(sights, 'sight'),
    `${count(schedules, 'schedule')} in ${count(rounds, 'round')}`,
    `${timeText(elapsedMs)} (${rateText(status)})`,
  ].join(', ');
}

function rateText({ elapsedMs, schedules }: CampaignStatus): string {
  return `${Math.round(schedules / Math.max(1, elapsedMs / 1000))}/s`;
}

/** `48 s`, `12 min`, `1 h 5 min` */
export function timeText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
