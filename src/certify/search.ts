/** Searches all scenarios up to a size, completely or not at all, size by size. */
import type { CoveredSize, SizeLeft } from '../core/certificate.ts';
import type { ScenarioSize } from '../core/certify-limits.ts';
import type { Inconclusive } from '../core/result.ts';
import type { Rows } from '../core/model.ts';
import type { Scenario } from '../core/scenario.ts';
import { budgetOf } from '../search/budget.ts';
import { exhaustDivided } from '../search/divided.ts';
import type { LeadExecutor } from '../search/leads.ts';
import type { Exploration } from '../search/explore.ts';
import { callsThat, InteractionTally } from '../tally/interaction-tally.ts';
import type { Lab } from '../lab/lab.ts';
import type { Progress } from '../check/options.ts';
import { Trial } from '../lab/trial.ts';
import { countScenarios, scenariosOf, within } from './scenarios.ts';
import { callsOf, type Values } from './values.ts';

export interface SizeSearches {
  readonly covered: readonly CoveredSize[];
  readonly left: readonly SizeLeft[];
  /** The interactions of the operations, also in sizes that were left. */
  readonly tally: InteractionTally;
  /** The scenario in which a schedule has no serial witness, and the number of its schedules that were run. */
  readonly failing: { readonly scenario: Scenario; readonly schedules: number } | undefined;
  readonly inconclusive: Inconclusive | undefined;
}

export interface SearchLimits {
  readonly maxSchedulesPerSize: number;
  /** Asked between schedules: true ends the search. */
  readonly expired: () => boolean;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** The search of a large scenario is divided among these; none: it is not. */
  readonly executorsFor: (scenario: Scenario) => readonly LeadExecutor[];
}

/**
 * The search of a size ends after a tenth of the limit if its scenarios, judged by those searched so far, would take more
 * than twice the limit. Most sizes that do not fit are far too large, and nine tenths of the work would be for nothing.
 */
const sampleShare = 0.1;
const sureFactor = 2;

/** The result of one size. */
type SizeSearch =
  | { readonly kind: 'covered'; readonly covered: CoveredSize }
  | { readonly kind: 'left'; readonly reason: SizeLeft['reason'] }
  | {
      readonly kind: 'failed';
      readonly failing: SizeSearches['failing'];
      readonly inconclusive: Inconclusive | undefined;
    };

/** Leaves out a size that is too large for the limits, and every size that contains it. */
export async function searchSizes(
  lab: Lab,
  values: Values,
  sizes: readonly ScenarioSize[],
  limits: SearchLimits,
): Promise<SizeSearches> {
  const calls = callsOf(values).length;
  const rows = values.rows.taken.length;
  const covered: CoveredSize[] = [];
  const left: SizeLeft[] = [];
  const tally = new InteractionTally();
  let [ran, schedules] = [0, 0];
  const onSearched = (found: Exploration): void => {
    ran += 1;
    schedules += found.schedules;
    tally.merge(found.tally);
    limits.onProgress?.({ scenarios: ran, schedules, shrinking: false });
  };
  for (const size of sizes) {
    const scenarios = countScenarios(size, calls, rows);
    if (left.some((smaller) => within(smaller, size))) {
      left.push({ ...size, scenarios, reason: 'a smaller size does not fit' });
      continue;
    }
    // Each scenario has one schedule at least.
    const hopeless = scenarios > limits.maxSchedulesPerSize;
    const searched: SizeSearch = hopeless
      ? { kind: 'left', reason: 'schedules' }
      : await searchSize(lab, values, size, limits, onSearched);
    if (searched.kind === 'failed') return { ...searched, covered, left, tally };
    if (searched.kind === 'left') left.push({ ...size, scenarios, reason: searched.reason });
    else covered.push(searched.covered);
  }
  return { covered, left, tally, failing: undefined, inconclusive: undefined };
}

/**
 * The scenarios in an order in which those that follow each other have little in common, so that the first ones are a fair
 * sample: steps of the golden ratio around the list keep away from the places that they have visited.
 */
export function spread<T>(items: readonly T[]): readonly T[] {
  const { length } = items;
  let step = Math.max(1, Math.round(length * 0.618));
  while (commonDivisor(step, length) > 1) step += 1;
  return items.map((_, index) => items[(index * step) % length] as T);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

async function searchSize(
  lab: Lab,
  values: Values,
  size: ScenarioSize,
  { maxSchedulesPerSize, expired, executorsFor }: SearchLimits,
  onSearched: (found: Exploration) => void,
): Promise<SizeSearch> {
  let sum = { scenarios: 0, schedules: 0, classes: 0, aborted: 0, refused: 0 };
  const all = scenariosOf(size, callsOf(values), values.rows.taken as readonly Rows[]);
  const limited = Number.isFinite(maxSchedulesPerSize);
  const scenarios = limited ? spread([...all]) : all;
  const count = countScenarios(size, callsOf(values).length, values.rows.taken.length);
  for (const scenario of scenarios) {
    if (sum.schedules > maxSchedulesPerSize * sampleShare) {
      const projected = (sum.schedules / sum.scenarios) * count;
      if (projected > maxSchedulesPerSize * sureFactor) return { kind: 'left', reason: 'schedules' };
    }
    const budget = budgetOf(maxSchedulesPerSize - sum.schedules, expired);
    const found = await exhaustDivided(await Trial.on(lab, scenario), budget, executorsFor(scenario));
    onSearched(found);
    const { failure, inconclusive, schedules } = found;
    if (failure !== undefined || inconclusive !== undefined) {
      const failing = failure === undefined ? undefined : { scenario, schedules };
      return { kind: 'failed', failing, inconclusive };
    }
    if (!found.exhausted) return { kind: 'left', reason: expired() ? 'time' : 'schedules' };
    sum = {
      scenarios: sum.scenarios + 1,
      schedules: sum.schedules + schedules,
      classes: sum.classes + (found.classes ?? schedules),
      aborted: sum.aborted + callsThat('aborted', found.tally),
      refused: sum.refused + callsThat('refused', found.tally),
    };
  }
  return { kind: 'covered', covered: { ...size, ...sum } };
}
