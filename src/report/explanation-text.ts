/** The explanation of a failure in words: the anomaly's name, and why. Each fact is said once. */
import type { AnomalyName, Dependency, Explanation } from '../core/explanation.ts';
import type { Counterexample } from '../core/result.ts';
import type { Scenario } from '../core/scenario.ts';
import { operationText, sessionText } from './call-text.ts';
import { dependencyText, whoText } from './dependency-text.ts';
import { racingSteps, type RacingStep } from './racing-steps.ts';
import { listed, oneLine, unbroken } from './text.ts';

type ExplainedRace = Pick<Counterexample, 'explanation' | 'scenario' | 'history'>;

/** `lost update (P4)`; undefined if it is unclassified. */
export function anomalyText({ code, name }: AnomalyName): string | undefined {
  if (code === 'unclassified') return undefined;
  return oneLine(`${name} (${code})`);
}

/** What happened, what follows from it, and what would have to be different, a paragraph each; empty without an explanation. */
export function whyTexts({ explanation, scenario, history }: ExplainedRace): readonly string[] {
  if (explanation === undefined) return [];
  const { anomaly, evidence, observed } = explanation;
  const pair = racingSteps({ explanation, history });
  const happened = evidence.map((each, index) => dependencyText(scenario, each, evidence[index - 1]));
  return [
    ...(anomalyText(anomaly) === undefined ? ['unclassified: no known name has this evidence'] : []),
    ...(happened.length === 0
      ? consequences(explanation, scenario)
      : [...happened.slice(0, -1), [happened.at(-1), ...consequences(explanation, scenario)].join(', ')]),
    ...undoneTexts(explanation, scenario),
    ...(observed === false
      ? ['what statements read and wrote is not known here: this engine does not show it']
      : []),
    ...(pair === undefined ? [] : [racingPairText(pair)]),
  ];
}

/** `what s2 wrote to charges in step 4 was undone in step 6`. */
function undoneTexts({ undone = [] }: Explanation, scenario: Scenario): readonly string[] {
  return undone.map(({ ref, step, by, tables }) => {
    const when = step === by ? 'at once' : unbroken(`in step ${by + 1}`);
    return `what ${whoText(scenario, ref)} wrote to ${oneLine(listed(tables))} ${unbroken(`in step ${step + 1}`)} was undone ${when}`;
  });
}

/** `it passes if step 3 (s1) comes before step 1 (s2)`: these steps are marked in the schedule. */
function racingPairText({ first, second }: NonNullable<ReturnType<typeof racingSteps>>): string {
  const what = ({ step, session, committed }: RacingStep): string =>
    `step\u00a0${step + 1}\u00a0(${sessionText(session)})${committed === undefined ? '' : `, committed in step\u00a0${committed + 1}`}`;
  return `it passes if ${what(second)}${second.committed === undefined ? '' : ','} comes before ${what(first)}`;
}

/** The consequence, in plain words, for readers who do not know the anomaly's name; it ends the last sentence. */
function consequences(
  { anomaly, evidence, partly = [] }: Explanation,
  scenario: Scenario,
): readonly string[] {
  const name = (ref: Dependency['from']): string => whoText(scenario, ref);
  const of = (kind: Dependency['kind']): Dependency | undefined =>
    evidence.find((each) => each.kind === kind);
  const [ww, wr, rw] = [of('ww'), of('wr'), of('rw')];
  const same = (one: Dependency['from'], two: Dependency['from']): boolean =>
    one.session === two.session && one.operation === two.operation;
  switch (anomaly.code) {
    case 'P4':
      return ww === undefined ? [] : [`so what ${name(ww.from)} wrote is lost`];
    case 'P2':
    case 'PMP':
    case 'G-single':
    case 'OTV':
      if (rw === undefined) return [];
      if (wr === undefined || !same(wr.to, rw.from))
        return [`so ${name(rw.from)} worked on what ${name(rw.to)} had changed meanwhile`];
      return same(wr.from, rw.to)
        ? [`so ${name(rw.from)} saw one part of what ${name(rw.to)} did, and not the other`]
        : [
            `so ${name(rw.from)} saw what ${name(wr.from)} did, and not what ${name(rw.to)} had done before it`,
          ];
    case 'G1b':
      return wr === undefined ? [] : [`so ${name(wr.to)} saw ${name(wr.from)} half done`];
    case 'G1a':
      return wr === undefined ? [] : [`so ${name(wr.to)} saw what never happened`];
    case 'duplicate':
      return evidence.length === 0
        ? ['two rows are the same but for generated values, which no serial order leaves']
        : ['so both found nothing, and both inserted'];
    case 'G2-item':
    case 'G2':
      return ['so each of them decided by what another was about to change'];
    case 'read-only':
      return ['so one of them, which only read, saw an order that the others do not have'];
    case 'missed-row':
      return rw === undefined
        ? []
        : [
            `so ${name(rw.from)} went on behind a row that was taken later, and never saw the one that was taken first`,
          ];
    case 'lock-skipped':
    case 'try-lock-refused':
      return [
        evidence.length === 0
          ? 'a lock was refused; in a serial order nobody holds one'
          : 'and in a serial order nobody holds a lock',
      ];
    case 'catalogue-race':
      return ['two sessions changed the schema at once, and the system catalogue refused one of them'];
    case 'swallowed-abort':
      return ['Postgres aborted a transaction, and the operation returned as if that were a result'];
    case 'lock-refused':
      return ['a row was found locked, and the operation said so; in a serial order nobody holds a lock'];
    case 'row-order':
      return ['the rows are the same, in another order'];
    case 'partial-effect':
      return partly.map(({ ref, step, tables }) =>
        oneLine(
          `${operationText(scenario, ref, 40)} ended without effect, and yet what it wrote to ${listed(tables)} in step ${step + 1} was committed`,
        ),
      );
    default:
      return [];
  }
}

/**
 * Why a counterexample is wrong, in the words of the story: what happened, what follows, and which two steps decide, one
 * plain sentence each. Empty without an explanation.
 */
export function explanationSentences(
  counterexample: Pick<Counterexample, 'explanation' | 'scenario' | 'history'>,
): readonly string[] {
  return whyTexts(counterexample).map(oneLine);
}
