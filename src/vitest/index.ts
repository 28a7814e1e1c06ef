/** The Vitest face: one line makes a test whose failure prints the story and the replay line. */
import { afterAll, test } from 'vitest';
import { check } from '../check/check.ts';
import type { CheckOptions } from '../check/options.ts';
import { LockstepInconclusive, LockstepViolation } from '../check/errors.ts';
import { modelId, type Model } from '../core/model.ts';
import type { CheckResult } from '../core/result.ts';
import type { Driver } from '../driver/contract.ts';

export interface LockstepTestOptions extends CheckOptions {
  /** Default: the model, the engine and the isolation level. */
  readonly name?: string;
  /**
   * Time limit of the test. Default: the check's own time budget, which is 30 000 ms here unless
   * `timeBudgetMs` says otherwise, and half a minute for starting the engine and for shrinking.
   */
  readonly timeoutMs?: number;
}

const defaultBudgetMs = 30_000;
const allowanceMs = 30_000;
const used = new Set<Driver>();
let closing = false;

/** Engines outlive single tests, since starting one costs more than a test; they are closed with the file. */
function closeWithFile(driver: Driver): void {
  used.add(driver);
  if (closing) return;
  closing = true;
  afterAll(async () => {
    await Promise.all([...used].map((each) => each.close()));
    used.clear();
  });
}

/**
 * Registers a test that passes when the model holds. Call it at the top level of a file or in a `describe`.
 *
 * @example
 * lockstepTest(bankAccount, { engine: postgres(), isolation: 'read committed' });
 */
export function lockstepTest(model: Model, options: LockstepTestOptions): void {
  const { name, timeoutMs, ...rest } = options;
  const checked = { ...rest, timeBudgetMs: rest.timeBudgetMs ?? defaultBudgetMs };
  closeWithFile(options.engine);
  const title =
    name ?? `${modelId(model)} on ${options.engine.kind}, ${options.isolation ?? 'read committed'}`;
  test(title, { timeout: timeoutMs ?? checked.timeBudgetMs + allowanceMs }, () =>
    assertResult(model, checked),
  );
}

/**
 * Registers a test that passes when a violation is found: for the faulty twin that shows that a property can fail.
 *
 * @example
 * lockstepFinds(bankAccountWithoutLock, { engine: postgres() });
 */
export function lockstepFinds(model: Model, options: LockstepTestOptions): void {
  const { name, timeoutMs, ...rest } = options;
  const checked = { ...rest, timeBudgetMs: rest.timeBudgetMs ?? defaultBudgetMs };
  closeWithFile(options.engine);
  const title =
    name ??
    `a race is found in ${modelId(model)} on ${options.engine.kind}, ${options.isolation ?? 'read committed'}`;
  test(title, { timeout: timeoutMs ?? checked.timeBudgetMs + allowanceMs }, async () => {
    const result = await check(model, checked);
    if (result.inconclusive !== undefined) throw new LockstepInconclusive(result.inconclusive);
    if (result.counterexample === undefined) {
      const { schedules, scenarios } = result.coverage;
      throw new Error(
        `no race was found in ${schedules} schedules of ${scenarios} scenarios, seed ${result.seed}`,
      );
    }
  });
}

async function assertResult(model: Model, options: CheckOptions): Promise<CheckResult> {
  const result = await check(model, options);
  if (result.counterexample !== undefined) throw new LockstepViolation(result.counterexample);
  if (result.inconclusive !== undefined) throw new LockstepInconclusive(result.inconclusive);
  return result;
}
