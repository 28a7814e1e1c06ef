/** The ledger of one start of a campaign: what reports and the exit code need, one line for each race and each target. */
import { checkResult, nothingCovered } from '../../core/check-result.ts';
import type { CheckResult, Counterexample, ViolatedResult } from '../../core/result.ts';
import { mergeCoverage, type CoverageParts } from '../../tally/merge-coverage.ts';
import type { CorpusEntry } from '../corpus/entry.ts';
import type { Target } from './target.ts';

interface TargetAccount {
  parts: CoverageParts;
  failed: boolean;
  /** The last result that says what all together say. */
  last: CheckResult | undefined;
}

export class ReportLedger {
  readonly #accounts = new Map<Target, TargetAccount>();
  readonly #races: CheckResult[] = [];

  /**
   * @param failed whether the round had failures: then no result of the target says that it holds
   * @returns whether this is the target's first round without a verdict
   */
  add(target: Target, result: CheckResult, failed: boolean): boolean {
    const account = this.#accounts.get(target);
    const parts = account === undefined ? result : mergeCoverage(account.parts, result);
    const before = account?.last;
    const unclear = before?.verdict === 'inconclusive';
    const last = unclear || result.verdict === 'violated' ? before : result;
    this.#accounts.set(target, {
      parts: { coverage: parts.coverage, tally: parts.tally },
      failed: failed || account?.failed === true,
      last,
    });
    return result.verdict === 'inconclusive' && !unclear;
  }

  /** A new race, with the search that found it. */
  addFound(result: ViolatedResult): void {
    this.#races.push(result);
  }

  /** A race of the corpus that fails now. */
  addKnown({ found }: CorpusEntry, counterexample: Counterexample): void {
    const operations = counterexample.scenario.sessions.flat().length;
    const coverage = {
      ...nothingCovered,
      scenarios: 1,
      schedules: 1,
      schedulesToFirstFailure: 1,
      operations,
    };
    const { setting } = counterexample;
    this.#races.push(checkResult({ setting, coverage, seed: found.seed, counterexample }));
  }

  /** Each race, and a result for each target without one. */
  get results(): readonly CheckResult[] {
    const rest = [...this.#accounts.values()].flatMap(({ parts, failed, last }) =>
      last === undefined ||
      (failed && last.verdict === 'holds') ||
      this.#races.some(({ setting }) => sameSetting(setting, last.setting))
        ? []
        : [{ ...last, ...parts } as CheckResult],
    );
    return [...this.#races, ...rest];
  }
}

function sameSetting(a: CheckResult['setting'], b: CheckResult['setting']): boolean {
  return a.model === b.model && a.driver === b.driver && a.isolation === b.isolation;
}
