/** A hunt as a question and an answer in plain data, so that it can be done in another process. */
import type { CheckResult } from '../core/result.ts';
import { checkResult } from '../core/check-result.ts';
import { operationsOf } from '../core/scenario.ts';
import { CheckLedger } from '../check/check-ledger.ts';
import type { Lab } from '../lab/lab.ts';
import { labRemarks, madeRemarks } from '../lab/remarks.ts';
import { formatReplayLine, parseReplayLine } from '../report/replay-line.ts';
import { freshSearch } from '../search/search.ts';
import { vacuityOf } from '../tally/vacuity.ts';
import type { Find } from './finds.ts';
import { Hunt, type HuntFindings, type HuntProgress, type HuntRequest } from './hunt.ts';

/** A find whose scenario and schedule are a replay line. */
export interface FindLine extends Pick<Find, 'steps' | 'sights'> {
  readonly line: string;
}

export interface HuntQuestion extends Omit<HuntRequest, 'finds'> {
  readonly finds: readonly FindLine[];
}

/** A failure that nobody has confirmed, made smaller or explained. */
export interface FailureLine {
  /** Its scenario and schedule as a replay line. */
  readonly line: string;
  /** The kind of the failure. */
  readonly kind: string;
  /** Those of its scenario, sorted, with repetition. */
  readonly operations: readonly string[];
}

export interface HuntAnswer {
  /** The searches as one result, which never says `violated`: that takes a confirmed failure. */
  readonly result: CheckResult;
  readonly failures: readonly FailureLine[];
  /** Digests of what it was the first to see. */
  readonly sights: readonly string[];
  /** What a later hunt goes on from. */
  readonly finds: readonly FindLine[];
}

/**
 * @param isOver asked between schedules: true ends the hunt
 * @throws Fault `operation-always-fails`, or of the model
 */
export async function answerHunt(
  lab: Lab,
  question: HuntQuestion,
  isOver: () => boolean,
  onProgress?: (progress: HuntProgress) => void,
): Promise<HuntAnswer> {
  const started = performance.now();
  const learnedBefore = lab.executionsAlone;
  const finds = question.finds.map(({ line, ...rest }) => ({ ...parseReplayLine(line), ...rest }));
  const findings = await new Hunt(lab, { ...question, finds }, isOver).run(onProgress);
  const learned = lab.executionsAlone - learnedBefore;
  const lineOf = ({ scenario, schedule }: Pick<Find, 'scenario' | 'schedule'>): string =>
    formatReplayLine(lab.setting, scenario, schedule);
  return {
    result: resultOf(lab, question, findings, learned, Math.round(performance.now() - started)),
    failures: findings.failures.map(({ failure, kind }) => ({
      line: lineOf(failure),
      kind,
      operations: operationsOf(failure.scenario),
    })),
    sights: findings.sights,
    finds: findings.finds.map((find) => ({ line: lineOf(find), steps: find.steps, sights: find.sights })),
  };
}

function resultOf(
  lab: Lab,
  { seed }: HuntQuestion,
  { explorations, failures, inconclusive }: HuntFindings,
  learned: number,
  durationMs: number,
): CheckResult {
  const ledger = new CheckLedger();
  for (const { scenario, ...exploration } of explorations) {
    const search = freshSearch();
    ledger.draw(search);
    ledger.add(exploration, scenario, search, false);
  }
  const nothingFound = failures.length === 0 && inconclusive === undefined;
  const vacuity = nothingFound ? vacuityOf(lab.model, ledger.tally, false) : { warnings: [], inconclusive };
  return checkResult({
    setting: lab.setting,
    coverage: ledger.coverage(learned),
    tally: ledger.tally.counts,
    seed,
    inconclusive: vacuity.inconclusive,
    witness: ledger.witness,
    remarks: [...labRemarks(lab), ...madeRemarks(lab.made)],
    warnings: vacuity.warnings,
    durationMs,
  });
}
