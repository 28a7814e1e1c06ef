/** A result as a short block: the verdict first, then its coverage. */
import type { CheckResult, Inconclusive } from '../core/result.ts';
import { formatSchedule } from '../core/schedule.ts';
import { operationText, orderText, scenarioText } from './call-text.ts';
import { countsText, coverageTexts, schedulesText } from './coverage-text.ts';
import { inconclusiveReason, inconclusiveSections } from './inconclusive-text.ts';
import { labelled, type LabelOptions } from './labelled.ts';
import { settingText } from './setting-text.ts';
import { formatCounterexample, type StoryOptions } from './story.ts';
import { listed, oneLine, unbroken } from './text.ts';

export interface ResultOptions extends StoryOptions {
  /** Also one schedule with the serial order that explains it. Default false. */
  readonly example?: boolean | undefined;
}

/** The whole block, without a line end: `HOLDS  ...`, the story of a violation, or why there is no verdict. */
export function formatResult(result: CheckResult, options: ResultOptions = {}): string {
  const { width = 100, color = false } = options;
  const look = { width, color };
  const where = settingText(result.setting);
  const covered = schedulesText(result.coverage).replace(/\(.*\)/, unbroken);
  const rest = labelled('covered', coverageTexts(result), look);
  const warnings = (result.warnings ?? []).map(({ code, message }) => oneLine(`${message} (${code})`));
  const remarks = [
    ...labelled('warning', warnings, { ...look, tone: 'doubtful' }),
    ...result.remarks.flatMap((text, index) =>
      // A line for pasting stays in one piece.
      labelled(
        index === 0 ? 'remark' : '',
        [oneLine(text)],
        isPasted(text) ? { ...look, width: Infinity } : look,
      ),
    ),
  ];
  switch (result.verdict) {
    case 'holds':
      return [
        ...labelled('HOLDS', [`${where}: ${covered}`], { ...look, tone: 'good', tight: true }),
        ...rest,
        ...(options.example === true ? exampleLines(result, look) : []),
        ...remarks,
      ].join('\n');
    case 'violated': {
      const [first = '', ...others] = coverageTexts(result);
      const found = `found after ${countsText(result.coverage)}`;
      return [
        formatCounterexample(result.counterexample, options),
        ...labelled('covered', [`${found}; ${first}`, ...others], look),
        ...remarks,
      ].join('\n');
    }
    case 'inconclusive':
      return [
        ...inconclusiveLines(result.inconclusive, `${where}: `, look),
        ...labelled('covered', [`${covered}; ${coverageTexts(result).join('; ')}`], look),
        ...remarks,
      ].join('\n');
  }
}

function isPasted(text: string): boolean {
  return / replay v\d+:/.test(text);
}

/** Why there is no verdict: the reason, its evidence, and what to do. */
export function describeInconclusive(inconclusive: Inconclusive, options: StoryOptions = {}): string {
  const { width = 100, color = false } = options;
  const where = 'setting' in inconclusive ? `${settingText(inconclusive.setting)}: ` : '';
  return inconclusiveLines(inconclusive, where, { width, color }).join('\n');
}

function inconclusiveLines(inconclusive: Inconclusive, where: string, look: LabelOptions): readonly string[] {
  const reason = inconclusiveReason(inconclusive);
  return [
    ...labelled('INCONCLUSIVE', [where + reason], { ...look, tone: 'doubtful', tight: true }),
    ...inconclusiveSections(inconclusive).flatMap(([label, texts]) => labelled(label, texts, look)),
  ];
}

function exampleLines({ witness: example }: CheckResult, look: LabelOptions): readonly string[] {
  if (example === undefined) return [];
  const { scenario, schedule, witness } = example;
  const without = witness.without.map((ref) => operationText(scenario, ref, 40));
  const leftOut = without.length === 0 ? '' : `, without ${listed(without)}`;
  const text = `${scenarioText(scenario)} under schedule ${formatSchedule(schedule)} is as in the order ${orderText(scenario, witness.order)}${leftOut}`;
  return labelled('example', [text], look);
}
