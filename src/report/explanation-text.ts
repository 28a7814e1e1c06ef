/** The explanation of a failure in words: the anomaly's name, the dependencies that prove it, the racing pair. */
import type { AnomalyName, Dependency, Explanation, StepRef } from '../core/explanation.ts';
import type { Scenario } from '../core/scenario.ts';
import { unreachable } from '../core/unreachable.ts';
import { operationText, sessionText } from './call-text.ts';
import { cutMiddle, oneLine, unbroken } from './text.ts';
import { rowText } from './value-text.ts';
import type { Section } from './labelled.ts';

/** A condition or a row longer than this hides the sentence that it stands in. */
const maxDetail = 60;

/** `lost update (P4)`; undefined where no name has the evidence. */
export function anomalyText({ code, name }: AnomalyName): string | undefined {
  if (code === 'unclassified') return undefined;
  return oneLine(`${name} (${code})`);
}

/** `s1 deposit(5) read accounts (alice, 10) in step 1; s2 deposit(7) overwrote it in step 4 (rw)`. */
export function dependencyText(scenario: Scenario, dependency: Dependency): string {
  const { kind, fromStep, toStep, predicate } = dependency;
  const from = operationText(scenario, dependency.from, 40);
  const to = operationText(scenario, dependency.to, 40);
  const what = unbroken(rowOf(dependency));
  const first = unbroken(`in step ${fromStep + 1}`);
  const second = unbroken(`in step ${toStep + 1} (${kind})`);
  const read = predicate === undefined ? what : `${oneLine(dependency.table)} where ${detail(predicate)}`;
  switch (kind) {
    case 'ww':
      return `${from} wrote ${what} ${first}; ${to} overwrote it ${second}`;
    case 'wr':
      return predicate === undefined
        ? `${from} wrote ${what} ${first}; ${to} read it ${second}`
        : `${from} wrote ${what} ${first}; ${to} read ${read} and saw it ${second}`;
    case 'rw':
      return predicate === undefined
        ? `${from} read ${what} ${first}; ${to} overwrote it ${second}`
        : `${from} read ${read} ${first}; ${to} changed what that gives ${second}`;
    default:
      return unreachable(kind);
  }
}

/** Whether each dependency goes on where the one before ended, and the last leads back to the first. */
export function isCycle(evidence: readonly Dependency[]): boolean {
  return evidence.every(({ to }, index) => {
    const next = evidence[(index + 1) % evidence.length];
    return next?.from.session === to.session && next.from.operation === to.operation;
  });
}

/** `steps 2 (s2) and 3 (s1), marked * below: the other way round it passes`. */
export function racingPairText(pair: { readonly first: StepRef; readonly second: StepRef }): string {
  const step = (ref: StepRef): string => unbroken(`${ref.step + 1} (${sessionText(ref.session)})`);
  return `steps ${step(pair.first)} and ${step(pair.second)}, marked * below: the other way round it passes`;
}

/**
 * @param sentences whether also to tell what happened; else only what proves it
 * @param width columns that a dependency may take; undefined for as many lines as it needs
 */
export function explanationSections(
  explanation: Explanation,
  scenario: Scenario,
  sentences: boolean,
  width?: number,
): readonly Section[] {
  const { anomaly, evidence, racingPair } = explanation;
  const edges = evidence
    .map((dependency) => dependencyText(scenario, dependency))
    .map((text) => (width === undefined ? text : cutMiddle(text, width)));
  return [
    ['anomaly', anomalyText(anomaly) === undefined ? ['unclassified: no known name has this evidence'] : []],
    ['because', sentences ? explanation.sentences.map(oneLine) : []],
    ['evidence', edges],
    ['the race', racingPair === undefined ? [] : [racingPairText(racingPair)]],
  ];
}

function rowOf({ table, row }: Dependency): string {
  const name = oneLine(table);
  return row === undefined ? `a row of ${name}` : `${name} ${detail(rowText(Object.values(row)))}`;
}

function detail(text: string): string {
  return cutMiddle(oneLine(text), maxDetail);
}
