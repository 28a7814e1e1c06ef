/**
 * Certifies a model: every scenario up to a size, from each of the chosen starting states, is searched completely. Only a
 * complete search gives a certificate; `check` reports a race that is found.
 */
import { TimeBudget } from '../search/budget.ts';
import { check } from '../check/check.ts';
import { callsThat } from '../tally/interaction-tally.ts';
import { Lab } from '../lab/lab.ts';
import type { ResolvedOptions } from '../check/options.ts';
import { labRemarks, madeRemarks } from '../lab/remarks.ts';
import { vacuityOf } from '../tally/vacuity.ts';
import { assertModel } from '../core/check-model.ts';
import { checkResult } from '../core/check-result.ts';
import { closedAfter } from '../core/closed-after.ts';
import type { Certificate } from '../core/certificate.ts';
import type { CertifyLimits, ScenarioSize } from '../core/certify-limits.ts';
import type { Model } from '../core/model.ts';
import type { CheckResult, Coverage, Inconclusive } from '../core/result.ts';
import type { Scenario } from '../core/scenario.ts';
import type { LeadExecutor } from '../search/leads.ts';
import { assumptionTexts, claimLimitTexts, nothingCoveredText } from '../report/certificate-claim-text.ts';
import { seal } from './certificate.ts';
import { resolveCertifyOptions, type CertifyOptions } from './options.ts';
import { sizesUpTo } from './scenarios.ts';
import { searchSizes, type SizeSearches } from './search.ts';
import { sourceOf } from './source.ts';
import { valuesOf, type Values } from './values.ts';

export interface Certification {
  /** Undefined unless the result holds. */
  readonly certificate: Certificate | undefined;
  /** As `check` returns it: a violation with its story and replay line, or why there is no verdict. */
  readonly result: CheckResult;
}

/** Schedules to run of one smaller scenario while a violation is shrunk. */
const maxSchedulesPerShrink = 500;

/**
 * Certifies the model: searches all schedules of all scenarios up to a size, over a few values of each argument and a few
 * starting rows. Never throws for a violation.
 *
 * @throws Fault if an option, the model, its source or the engine is at fault
 *
 * @example
 * const { certificate } = await certify(bankAccount, { engine: postgres(), source: 'models/bank-account.ts' });
 */
export function certify(model: Model, options: CertifyOptions): Promise<Certification> {
  return certifyDivided(model, options, () => []);
}

/** The search of each large scenario is divided among these executors, if there are any. */
export async function certifyDivided(
  model: Model,
  options: CertifyOptions,
  executorsFor: (scenario: Scenario) => readonly LeadExecutor[],
): Promise<Certification> {
  assertModel(model);
  const resolved = resolveCertifyOptions(options, model);
  const { asked } = resolved;
  const source = await sourceOf(options.source, model.schema);
  const values = valuesOf(model, asked.values);
  const { result, searched, about, reduced } = await searchCompletely(
    model,
    values,
    sizesUpTo(asked),
    resolved,
    executorsFor,
  );
  if (result.verdict !== 'holds') return { certificate: undefined, result };
  const { covered, left } = searched;
  const sum = (of: 'scenarios' | 'schedules' | 'classes'): number =>
    covered.reduce((total, size) => total + size[of], 0);
  const certificate = seal({
    setting: result.setting,
    asked,
    ...values,
    covered,
    left,
    scenarios: sum('scenarios'),
    schedules: sum('schedules'),
    classes: sum('classes'),
    assumed: assumptionTexts(model, result.setting, reduced, about),
    notCovered: claimLimitTexts({ asked, ...values, source }),
    source,
  });
  return { certificate, result };
}

export interface CompleteSearch {
  readonly result: CheckResult;
  readonly searched: SizeSearches;
  /** Whether one schedule stands for all that are equivalent to it. */
  readonly reduced: boolean;
  /** Remarks about the engine. */
  readonly about: readonly string[];
}

/** Searches these sizes; the result holds only if at least one of them was covered and nothing was found. */
export async function searchCompletely(
  model: Model,
  values: Values,
  sizes: readonly ScenarioSize[],
  { check: options, asked }: { readonly check: ResolvedOptions; readonly asked: CertifyLimits },
  executorsFor: (scenario: Scenario) => readonly LeadExecutor[] = () => [],
): Promise<CompleteSearch> {
  const time = new TimeBudget(options);
  const { limits, timeBudgetMs = Infinity } = options;
  const lab = await Lab.open(model, options);
  lab.keepAlive(true);
  return closedAfter(lab, async () => {
    const searched = await searchSizes(lab, values, sizes, {
      maxSchedulesPerSize: asked.maxSchedulesPerSize ?? Infinity,
      expired: () => time.over,
      onProgress: options.onProgress,
      executorsFor,
    });
    const about = [...labRemarks(lab), ...madeRemarks(lab.made)];
    const reduced = lab.lane.observed;
    if (searched.failing !== undefined) {
      return { searched, reduced, about, result: await violationOf(model, searched.failing, options, asked) };
    }
    const inconclusive = searched.inconclusive ?? nothingShown(lab, searched);
    return {
      searched,
      reduced,
      about,
      result: checkResult({
        setting: lab.setting,
        coverage: coverageOf(searched, lab),
        tally: searched.tally.counts,
        seed: 0,
        options: {
          kind: 'certify',
          ...asked,
          ...(Number.isFinite(timeBudgetMs) && { timeBudgetMs }),
          limits: { ...limits },
        },
        inconclusive,
        remarks: about,
        durationMs: time.spentMs,
      }),
    };
  });
}

/** Has `check` find, shrink and report the violation, beginning with the scenario in which it was found. */
function violationOf(
  model: Model,
  { scenario, schedules }: NonNullable<SizeSearches['failing']>,
  options: ResolvedOptions,
  asked: CertifyLimits,
): Promise<CheckResult> {
  const { timeBudgetMs: _, minSessions: __, maxSessions: ___, budget: ____, grows: _____, ...rest } = options;
  return check(model, {
    ...rest,
    examples: [scenario],
    numRuns: 1,
    seed: 0,
    sessions: { min: 2, max: asked.sessions },
    maxOperations: asked.operations,
    // `check` may run the schedules in another order, so it may run as many as were run here.
    maxSchedules: Math.max(100_000, schedules),
    maxSchedulesPerShrink,
  });
}

/** Why the search shows nothing: no size was covered, or nothing in it could have failed. */
function nothingShown(lab: Lab, { covered, left, tally }: SizeSearches): Inconclusive | undefined {
  const [smallest] = left;
  if (covered.length === 0) {
    return {
      kind: 'limit',
      limit: smallest?.reason === 'time' ? 'timeBudgetMs' : 'maxSchedulesPerSize',
      detail: nothingCoveredText,
      scenario: undefined,
      schedule: undefined,
    };
  }
  return vacuityOf(lab.model, tally, false).inconclusive;
}

function coverageOf({ covered, tally }: SizeSearches, lab: Lab): Coverage {
  const sum = (of: (size: SizeSearches['covered'][number]) => number): number =>
    covered.reduce((total, size) => total + of(size), 0);
  return {
    scenarios: sum((size) => size.scenarios),
    exhaustive: sum((size) => size.scenarios),
    schedules: sum((size) => size.schedules),
    learned: lab.executionsAlone,
    aborted: sum((size) => size.aborted),
    refused: sum((size) => size.refused),
    operations: callsThat('calls', tally.counts),
    interactions: tally.interactions(),
  };
}
