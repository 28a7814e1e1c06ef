import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatReplayLine, parseReplayLine } from '../../../src/check/replay-line.ts';
import { isolationLevels } from '../../../src/core/isolation.ts';
import { faultOf } from '../../support/fault-of.ts';

const values = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.bigInt(),
  fc.date({ noInvalidDate: true }),
  fc.constant(null),
  fc.constant(undefined),
);
const settings = fc.record(
  {
    model: fc.stringMatching(/^[a-z-]{1,20}(\/[a-z-]{1,20})?$/),
    driver: fc.constantFrom('postgres', 'pglite'),
    isolation: fc.constantFrom(...isolationLevels),
    order: fc.constantFrom('session' as const, 'real-time' as const, 'free' as const),
  },
  { noNullPrototype: true },
);
const scenarios = fc.record(
  {
    rows: fc.dictionary(
      fc.string({ maxLength: 5 }),
      fc.array(fc.dictionary(fc.string({ maxLength: 5 }), values, { noNullPrototype: true }), {
        maxLength: 2,
      }),
      { maxKeys: 2, noNullPrototype: true },
    ),
    sessions: fc.array(
      fc.array(
        fc.record(
          { operation: fc.string(), args: fc.array(values, { maxLength: 2 }) },
          { noNullPrototype: true },
        ),
        {
          maxLength: 2,
        },
      ),
      { maxLength: 3 },
    ),
  },
  { noNullPrototype: true },
);
const schedule = [
  { step: 3, session: 1 },
  { step: 6, session: 0 },
];
const setting = {
  model: 'bank/read',
  driver: 'postgres',
  isolation: 'read committed',
  order: 'session',
} as const;
const scenario = {
  rows: { t: [{ id: 1 }] },
  sessions: [[{ operation: 'deposit', args: [5] }], [{ operation: 'read', args: [] }]],
};
const line = formatReplayLine(setting, scenario, schedule);

test('what was formatted is parsed back', () => {
  fc.assert(
    fc.property(settings, scenarios, (where, what) => {
      const text = formatReplayLine(where, what, schedule);
      expect(text).toMatch(/^v1:[\w-]+\.[0-9a-f]{8}$/);
      expect(parseReplayLine(text)).toStrictEqual({ ...where, scenario: what, schedule });
    }),
  );
});

test('blanks around it do no harm', () => {
  expect(parseReplayLine(`  ${line}\n`).schedule).toEqual(schedule);
});

describe('a line that cannot be read', () => {
  const faults = async (text: string) => {
    const fault = await faultOf(() => parseReplayLine(text));
    expect(fault).toMatchObject({ code: 'bad-replay-line', kind: 'usage' });
    expect(fault.hint).toBeTruthy();
    return fault.detail;
  };

  test('was cut: wherever it is cut, it says so', async () => {
    for (let length = 3; length < line.length; length += 1) {
      expect(await faults(line.slice(0, length))).toMatch(/cut or changed/);
    }
  });

  test('was changed in any one place', async () => {
    for (let at = 3; at < line.length; at += 1) {
      const changed = line.slice(0, at) + (line[at] === 'a' ? 'b' : 'a') + line.slice(at + 1);
      expect(await faults(changed)).toMatch(/cut or changed|does not start/);
    }
  });

  test('is of another version', async () => {
    expect(await faults(line.replace('v1:', 'v2:'))).toBe('its version is v2, this release reads v1');
  });

  test.each(['', 'v1', 'hello', 'v1:abc def', `replay ${line}`])('is no line at all: %j', async (text) => {
    expect(await faults(text)).toMatch(/does not start with "v1:"|cut/);
  });
});
