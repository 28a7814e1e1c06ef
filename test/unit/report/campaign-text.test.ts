/** The words of a campaign: the live line and the summary. */
import { expect, test } from 'vitest';
import { campaignSummary, statusText, timeText } from '../../../src/report/campaign-text.ts';

const status = { elapsedMs: 12_000, schedules: 840, rounds: 9, duplicates: 1, newRaces: 2, sights: 61 };

test('the live line says what is left, if there is a limit', () => {
  const text = '12 s: 840 schedules (70/s), 61 sights, 2 new races';
  expect(statusText(status, { timeMs: undefined, schedules: undefined })).toBe(text);
  expect(statusText(status, { timeMs: 60_000, schedules: undefined })).toBe(`${text}; 48 s left`);
  expect(statusText(status, { timeMs: 60_000, schedules: 1_000 })).toBe(
    `${text}; 48 s or 160 schedules left`,
  );
  expect(statusText(status, { timeMs: 10_000, schedules: undefined })).toBe(`${text}; 0 s left`);
});

test('the summary leaves out what did not happen', () => {
  expect(campaignSummary(status, 1)).toBe(
    '2 new races, 1 known race fails, 1 more failure of known races, 61 sights, 840 schedules in 9 rounds, 12 s (70/s)',
  );
  expect(campaignSummary({ ...status, duplicates: 0, newRaces: 0 }, 0)).toBe(
    'nothing new, 61 sights, 840 schedules in 9 rounds, 12 s (70/s)',
  );
});

test('times are short', () => {
  expect([0, 119_000, 120_000, 3_600_000, 7_500_000].map(timeText)).toEqual([
    '0 s',
    '119 s',
    '2 min',
    '60 min',
    '2 h 5 min',
  ]);
});
