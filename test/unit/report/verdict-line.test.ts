import { expect, test } from 'vitest';
import type { CheckResult, Inconclusive } from '../../../src/core/result.ts';
import { describeInconclusive, formatResult } from '../../../src/report/verdict-line.ts';
import { coverage, holds, lostUpdate, ref, setting } from './build.ts';

const firstLine = (result: CheckResult): string | undefined =>
  formatResult(result, { width: 200 }).split('\n')[0];

test('holds, completely', () => {
  expect(formatResult(holds)).toMatchInlineSnapshot(`
    "HOLDS  bank-account/locked-read on postgres 18.4, read committed: all 14 schedules of 3 scenarios
    covered    switches between statements, any serial order that keeps each session's own; 28
                 operations run, none aborted, 6 learned alone; seed 42; 1.2 s"
  `);
});

test('holds, with everything that can be said', () => {
  const result: CheckResult = {
    ...holds,
    setting: { ...holds.setting, order: 'real-time', isolation: 'serializable' },
    coverage: {
      ...coverage,
      scenarios: 40,
      exhaustive: 31,
      schedules: 2000,
      operations: 4100,
      aborted: 123,
      refused: 7,
    },
    seed: 'nightly-2026-11-22',
    path: '3:0',
    witness: {
      scenario: lostUpdate.scenario,
      schedule: [{ step: 2, session: 1 }],
      witness: { order: [ref(1)], without: [ref(0)] },
    },
    remarks: ['the deadlock victim\ncould not be controlled', 'learned transitions were checked 12 times'],
    durationMs: 125_400,
  };
  expect(formatResult(result, { example: true })).toMatchInlineSnapshot(`
    "HOLDS  bank-account/locked-read on postgres 18.4, serializable: 2,000 schedules of 40 scenarios
                 (31 of them completely)
    covered    switches between statements, any serial order that keeps real time; 4,100 operations run,
                 123 aborted (3%), 7 refused, 6 learned alone; seed nightly-2026-11-22, path 3:0;
                 2 min 5 s
    example    s1 deposit(5) | s2 deposit(7) under schedule 1;3>2 is as in the order s2 deposit(7),
                 without s1 deposit(5)
    remark     the deadlock victim could not be controlled
               learned transitions were checked 12 times"
  `);
});

test('"all" is said only of what was run completely', () => {
  const said = (change: Partial<CheckResult['coverage']>): string | undefined =>
    firstLine({ ...holds, coverage: { ...coverage, ...change } })
      ?.split(': ')
      .slice(1)
      .join(': ');
  expect(said({})).toBe('all 14 schedules of 3 scenarios');
  expect(said({ exhaustive: 2 })).toBe('14 schedules of 3 scenarios (2 of them completely)');
  expect(said({ exhaustive: 0 })).toBe('a sample: 14 schedules of 3 scenarios (none of them completely)');
  expect(said({ scenarios: 1, exhaustive: 1, schedules: 1 })).toBe('the only schedule of 1 scenario');
  expect(said({ scenarios: 1, exhaustive: 0, schedules: 1 })).toBe(
    'a sample: 1 schedule of 1 scenario (none of them completely)',
  );
  expect(said({ scenarios: 0, exhaustive: 0, schedules: 0 })).toBe('no schedule was run');
});

test('a rate of aborts is never rounded to none or all', () => {
  const rate = (aborted: number, operations: number): string | undefined =>
    /(?:none|\d+) aborted(?: \(.*?\))?/.exec(
      formatResult({ ...holds, coverage: { ...coverage, aborted, operations } }, { width: 300 }),
    )?.[0];
  expect(rate(0, 10)).toBe('none aborted');
  expect(rate(1, 100_000)).toBe('1 aborted (<0.1%)');
  expect(rate(1, 8)).toBe('1 aborted (12.5%)');
  expect(rate(99_999, 100_000)).toBe('999 aborted (>99.9%)');
  expect(rate(5, 5)).toBe('5 aborted (100%)');
});

test('violated: the story, and what was run until it was found', () => {
  const text = formatResult({
    ...holds,
    verdict: 'violated',
    counterexample: lostUpdate,
    path: '0:1',
    remarks: ['r'],
  });
  expect(text).toMatch(/^VIOLATION {2}not serializable in /);
  expect(text.split('\n').slice(-4)).toMatchInlineSnapshot(`
    [
      "covered    found after 14 schedules of 3 scenarios; switches between statements, any serial order",
      "             that keeps each session's own; 28 operations run, none aborted, 6 learned alone;",
      "             seed 42, path 0:1; 1.2 s",
      "remark     r",
    ]
  `);
});

const nondeterminism: Inconclusive = {
  kind: 'nondeterminism',
  setting,
  scenario: lostUpdate.scenario,
  schedule: [{ step: 1, session: 1 }],
  step: 2,
  first: 's1 select now() -> 2026-01-01',
  second: 's1 select\nnow() -> 2026-01-02',
};

test('nondeterminism names the step, both versions, and what usually causes it', () => {
  expect(formatResult({ ...holds, verdict: 'inconclusive', inconclusive: nondeterminism }))
    .toMatchInlineSnapshot(`
      "INCONCLUSIVE  bank-account/locked-read on postgres 18.4, read committed: uncontrolled
                   nondeterminism: the same schedule run again gave another history
      differs    first at step 3
      first      s1 select now() -> 2026-01-01
      then       s1 select now() -> 2026-01-02
      scenario   s1 deposit(5) | s2 deposit(7)
      schedule   1;2>2
      hint       this is neither a race nor a pass. Usual causes: a choice or a small number made by
                   chance (values that hardly repeat, such as tokens and times, do no harm); rows read
                   without ORDER BY; state kept outside the database from one run to the next. Pass such
                   values in as arguments, order the rows, make the state in \`shared\`, which is new in
                   each run, or compare only what matters of a result (\`compare\` of the operation)
      covered    all 14 schedules of 3 scenarios; switches between statements, any serial order that keeps
                   each session's own; 28 operations run, none aborted, 6 learned alone; seed 42; 1.2 s"
    `);
});

test('the other reasons for no verdict', () => {
  expect(describeInconclusive({ ...nondeterminism, step: undefined })).toMatchInlineSnapshot(`
    "INCONCLUSIVE  bank-account/read-then-write on postgres 18.4, read committed: uncontrolled
                 nondeterminism: the same operation run alone from the same state gave something else
    differs    in an operation run alone
    first      s1 select now() -> 2026-01-01
    then       s1 select now() -> 2026-01-02
    scenario   s1 deposit(5) | s2 deposit(7)
    hint       this is neither a race nor a pass. Usual causes: a choice or a small number made by
                 chance (values that hardly repeat, such as tokens and times, do no harm); rows read
                 without ORDER BY; state kept outside the database from one run to the next. Pass such
                 values in as arguments, order the rows, make the state in \`shared\`, which is new in
                 each run, or compare only what matters of a result (\`compare\` of the operation)"
  `);
  expect(
    describeInconclusive({
      kind: 'limit',
      limit: 'stepTimeoutMs',
      detail: 'a statement of s1 has no reply',
      scenario: lostUpdate.scenario,
      schedule: [{ step: 1, session: 1 }],
    }),
  ).toMatchInlineSnapshot(`
    "INCONCLUSIVE  the limit stepTimeoutMs was hit
    reason     a statement of s1 has no reply
    scenario   s1 deposit(5) | s2 deposit(7)
    schedule   1;2>2"
  `);
  expect(
    describeInconclusive({
      kind: 'limit',
      limit: 'maxSteps',
      detail: 'd',
      scenario: undefined,
      schedule: undefined,
    }),
  ).toBe('INCONCLUSIVE  the limit maxSteps was hit\nreason     d');
  expect(
    formatResult({
      ...holds,
      verdict: 'inconclusive',
      coverage: { ...coverage, schedules: 0 },
      inconclusive: { kind: 'vacuous', detail: 'no two sessions touched the same table' },
    }),
  ).toMatchInlineSnapshot(`
    "INCONCLUSIVE  bank-account/locked-read on postgres 18.4, read committed: the property could not have
                 failed
    reason     no two sessions touched the same table
    covered    no schedule was run; switches between statements, any serial order that keeps each
                 session's own; 28 operations run, none aborted, 6 learned alone; seed 42; 1.2 s"
  `);
});

test('colour only when asked', () => {
  expect(formatResult(holds)).not.toContain('\u001b');
  expect(formatResult(holds, { color: true })).toContain('\u001b[32mHOLDS');
});
