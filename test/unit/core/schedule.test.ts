import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  defaultChoice,
  formatSchedule,
  isPreemption,
  parseSchedule,
  preemptionsOf,
  scheduleOf,
} from '../../../src/core/schedule.ts';
import { faultOf } from '../../support/fault-of.ts';

const schedules = fc
  .uniqueArray(fc.nat(400), { maxLength: 20 })
  .chain((steps) =>
    fc.tuple(
      ...steps
        .toSorted((a, b) => a - b)
        .map((step) => fc.record({ step: fc.constant(step), session: fc.nat(9) })),
    ),
  );

describe('the text of a schedule', () => {
  test('is short, readable and counts from 1', () => {
    expect(formatSchedule([])).toBe('1');
    expect(
      formatSchedule([
        { step: 3, session: 1 },
        { step: 6, session: 0 },
      ]),
    ).toBe('1;4>2;7>1');
  });

  test('gives the schedule back', () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        expect(parseSchedule(formatSchedule(schedule))).toEqual(schedule);
      }),
    );
  });

  test.each([
    ['2;4>2', 'its version is "2", this release reads version 1'],
    ['', 'its version is "", this release reads version 1'],
    ['4>2', 'its version is "4>2", this release reads version 1'],
    ['1;4>', '"4>" is not STEP>SESSION with increasing steps'],
    ['1;', '"" is not STEP>SESSION with increasing steps'],
    ['1;0>1', '"0>1" is not STEP>SESSION with increasing steps'],
    ['1;1>0', '"1>0" is not STEP>SESSION with increasing steps'],
    ['1;4>2;4>1', '"4>1" is not STEP>SESSION with increasing steps'],
    ['1;4>2;3>1', '"3>1" is not STEP>SESSION with increasing steps'],
    ['1;4>2 ', '"4>2 " is not STEP>SESSION with increasing steps'],
    ['1;-4>2', '"-4>2" is not STEP>SESSION with increasing steps'],
  ])('%j is refused in plain words', async (text, detail) => {
    expect(await faultOf(() => parseSchedule(text))).toMatchObject({
      code: 'bad-schedule',
      kind: 'usage',
      message: `cannot read the schedule "${text}"`,
      detail,
    });
  });

  test('a text that was cut is refused or is the beginning of the schedule, never another one', () => {
    fc.assert(
      fc.property(schedules, fc.nat(), (schedule, at) => {
        const text = formatSchedule(schedule);
        const cut = text.slice(0, at % (text.length + 1));
        let parsed;
        try {
          parsed = parseSchedule(cut);
        } catch {
          return;
        }
        expect(formatSchedule(parsed)).toBe(cut);
      }),
    );
  });
});

describe('the rule', () => {
  test('goes on with the current session while it can, else takes the lowest-numbered', () => {
    expect(defaultChoice({ step: 0, current: undefined, runnable: [1, 2] })).toBe(1);
    expect(defaultChoice({ step: 5, current: 2, runnable: [0, 1, 2] })).toBe(2);
    expect(defaultChoice({ step: 5, current: 2, runnable: [1, 3] })).toBe(1);
  });

  test('leaving a session is a preemption only where it could have gone on', () => {
    expect(isPreemption({ step: 1, current: 0, runnable: [0, 1] }, 1)).toBe(true);
    expect(isPreemption({ step: 1, current: 0, runnable: [0, 1] }, 0)).toBe(false);
    expect(isPreemption({ step: 1, current: 0, runnable: [1, 2] }, 2)).toBe(false);
    expect(isPreemption({ step: 0, current: undefined, runnable: [0, 1] }, 1)).toBe(false);
  });
});

describe('the choices of an execution', () => {
  // Beginning with s2 is a deviation and no preemption; leaving it for s3 is both.
  const choices = [
    { point: { step: 0, current: undefined, runnable: [0, 1] }, chosen: 1 },
    { point: { step: 1, current: 1, runnable: [0, 1, 2] }, chosen: 2 },
    { point: { step: 2, current: 2, runnable: [1] }, chosen: 1 },
    { point: { step: 3, current: 1, runnable: [0, 1] }, chosen: 1 },
  ];

  test('are a schedule of their deviations from the rule', () => {
    expect(scheduleOf(choices)).toEqual([
      { step: 0, session: 1 },
      { step: 1, session: 2 },
    ]);
    expect(scheduleOf([])).toEqual([]);
  });

  test('have as many preemptions as sessions were left that could have gone on', () => {
    expect(preemptionsOf(choices)).toBe(1);
    expect(preemptionsOf([])).toBe(0);
  });
});
