/** One race: what was promised, what happened, the schedule as lanes, the comparison, the replay line. */
import type { ViolatedResult } from '../../core/result.ts';
import { coverageTexts, countsText } from '../coverage-text.ts';
import { whyTexts } from '../explanation-text.ts';
import type { Section } from '../labelled.ts';
import { element, type Element, type Markup } from '../markup.ts';
import { minimalityTexts } from '../minimality-text.ts';
import { placesOf } from '../place.ts';
import { replayCommand } from '../replay-command.ts';
import { settingText } from '../setting-text.ts';
import { startingRowsTexts } from '../tables-text.ts';
import { oneLine } from '../text.ts';
import { violationSections, violationTitle } from '../violation-text.ts';
import { comparison } from './comparison.ts';
import { lanes } from './lanes.ts';

/** @param number counted from 1, of `races` in all */
export function raceSection(
  result: ViolatedResult,
  number: number,
  races: number,
  modelPath: string | undefined,
): Element {
  const { counterexample } = result;
  const { setting, scenario, promise, minimality } = counterexample;
  const before: readonly Section[] = [
    ['promise', promise === undefined ? [] : [oneLine(promise)]],
    ...violationSections(counterexample),
    ['why', whyTexts(counterexample)],
    ['start', startingRowsTexts(scenario.rows)],
  ];
  const after: readonly Section[] = [
    ['minimal', minimalityTexts(minimality, scenario)],
    ['covered', [`found after ${countsText(result.coverage)}`, ...coverageTexts(result)]],
    ['remark', result.remarks.map(oneLine)],
    [
      'code',
      placesOf(counterexample).map(({ step, file, line }) => oneLine(`step ${step + 1}: ${file}:${line}`)),
    ],
  ];
  const compared = comparison(counterexample);
  return element(
    'section',
    { class: 'race', id: `race-${number}`, 'aria-labelledby': `title-${number}`, tabindex: -1 },
    raceLinks(number, races),
    element('h2', { id: `title-${number}`, dir: 'auto' }, violationTitle(counterexample)),
    element('p', { class: 'where', dir: 'auto' }, settingText(setting)),
    sections(before),
    lanes(counterexample) ?? [],
    compared === undefined ? [] : [element('h3', {}, 'Beside the nearest serial order'), compared],
    replayLine(replayCommand(counterexample, modelPath)),
    sections(after),
  );
}

function raceLinks(number: number, races: number): Element {
  const link = (to: number, text: string): readonly Markup[] =>
    to < 1 || to > races ? [] : [element('a', { href: `#race-${to}` }, text)];
  return element(
    'nav',
    { 'aria-label': 'races' },
    element('span', {}, `race ${number} of ${races}`),
    link(number - 1, '‹ previous'),
    link(number + 1, 'next ›'),
  );
}

export function sections(list: readonly Section[]): Element {
  const items = list
    .filter(([, texts]) => texts.length > 0)
    .flatMap(([label, texts]) => [
      element('dt', {}, label),
      ...texts.map((text) => element('dd', { dir: 'auto' }, text)),
    ]);
  return element('dl', {}, items);
}

function replayLine(command: string): Element {
  return element(
    'div',
    { class: 'replay' },
    element('code', {}, command),
    element('button', { type: 'button', class: 'copy', hidden: true }, 'copy'),
    element('span', { role: 'status' }),
  );
}
