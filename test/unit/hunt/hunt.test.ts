/** A hunt on Postgres: what it finds, what it goes on from, and that a seed decides all of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { answerHunt, type HuntAnswer, type HuntQuestion } from '../../../src/hunt/answer.ts';
import { Lab } from '../../../src/lab/lab.ts';
import { parseReplayLine } from '../../../src/report/replay-line.ts';
import { ladder } from '../../planted/states.ts';
import { coupon } from '../../planted/values.ts';

const engine = postgres();
const labs = new Map<string, Lab>();
const labOf = (name: string): Lab => {
  const lab = labs.get(name);
  if (lab === undefined) throw new Error(name);
  return lab;
};
beforeAll(async () => {
  for (const { model } of [ladder(0), coupon(12)])
    labs.set(model.name, await Lab.open(model, { engine, isolation: 'read committed' }));
});
afterAll(async () => {
  for (const lab of labs.values()) await lab.close();
  await engine.close();
});

const hunt = (name: string, more: Partial<HuntQuestion> = {}): Promise<HuntAnswer> =>
  answerHunt(
    labOf(name),
    {
      minSessions: 2,
      maxSessions: 3,
      maxOperations: 2,
      seed: 'hunt',
      schedules: 120,
      perScenario: 24,
      guided: true,
      seen: [],
      finds: [],
      ...more,
    },
    () => false,
  );

describe.each([true, false])('guided: %s', (guided) => {
  test('it goes on after a failure, and says each kind with the same operations once', async () => {
    const { failures, result } = await hunt('ladder-0', { guided });
    expect(result.coverage.schedules).toBe(120);
    expect(result.verdict).toBe('holds');
    expect(failures.length).toBeGreaterThan(1);
    const keys = failures.map(({ kind, operations }) => `${kind} ${operations.join()}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { kind, operations, line } of failures) {
      expect(kind).toBe('P4');
      expect(operations.filter((name) => name === 'add').length).toBeGreaterThan(1);
      const { scenario } = parseReplayLine(line);
      expect(
        scenario.sessions
          .flat()
          .map((call) => call.operation)
          .toSorted(),
      ).toEqual(operations);
    }
  });

  test('the same question has the same answer', async () => {
    const [one, other] = [await hunt('coupon-12', { guided }), await hunt('coupon-12', { guided })];
    expect(other.finds).toEqual(one.finds);
    expect(other.sights).toEqual(one.sights);
    expect(other.failures).toEqual(one.failures);
    expect(other.result.coverage.scenarios).toBe(one.result.coverage.scenarios);
  });
});

test('what was seen before is no news', async () => {
  const first = await hunt('coupon-12');
  expect(first.sights.length).toBeGreaterThan(5);
  const again = await hunt('coupon-12', { seen: first.sights });
  expect(again.sights.filter((sight) => first.sights.includes(sight))).toEqual([]);
});

test('it goes on from the finds that it is given, if they fit its bounds', async () => {
  const { finds } = await hunt('coupon-12', { maxSessions: 3, maxOperations: 3 });
  expect(finds.length).toBeGreaterThan(1);
  const small = await hunt('coupon-12', { finds, maxSessions: 2, maxOperations: 1, schedules: 60 });
  for (const { line } of small.finds) {
    const { sessions } = parseReplayLine(line).scenario;
    expect(sessions.length).toBe(2);
    expect(sessions.every((calls) => calls.length === 1)).toBe(true);
  }
});
