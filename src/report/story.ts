/** The story of a failure, on one screen: what was promised, what happened instead, and how to see it again. */
import type { Counterexample } from '../core/result.ts';
import type { Scenario } from '../core/scenario.ts';
import { callText, sessionText } from './call-text.ts';
import { fitsColumns, setColumns } from './columns.ts';
import { whyTexts } from './explanation-text.ts';
import { labelled, type LabelOptions } from './labelled.ts';
import { minimalityTexts } from './minimality-text.ts';
import { racingSteps } from './racing-steps.ts';
import { replayCommand } from './replay-command.ts';
import { settingText } from './setting-text.ts';
import type { SerialDetail } from './serial-text.ts';
import { startingRowsTexts } from './tables-text.ts';
import { oneLine, textWidth } from './text.ts';
import { tightened } from './tightened.ts';
import { timeline, type TimelineRow } from './timeline.ts';
import { violationSections, violationTitle } from './violation-text.ts';

export interface StoryOptions {
  /** Columns of the screen. Default 100. */
  readonly width?: number | undefined;
  /** Default false. */
  readonly color?: boolean | undefined;
  /** The model's file, for the replay line. Default: the model's name. */
  readonly modelPath?: string | undefined;
}

/** A longer story does not fit on a screen: statements and serial outcomes are then shortened. */
const screenLines = 32;

/** How much of a story is shown. */
interface Detail {
  /** Lines that one statement may take. */
  readonly maxLines: number;
  readonly serial: SerialDetail;
  /** Whether blank lines and other separators go. */
  readonly tight: boolean;
  /** Whether only its size remains of the attempts to make it smaller, and answers appear only in `observed`. */
  readonly brief?: boolean;
}

/** From everything to the least; what is wrong, and why, always stays whole. */
const details: readonly Detail[] = [
  { maxLines: 3, serial: 'few', tight: false },
  { maxLines: 2, serial: 'few', tight: false },
  { maxLines: 2, serial: 'nearest', tight: false },
  { maxLines: 2, serial: 'none', tight: false },
  { maxLines: 2, serial: 'none', tight: true },
  { maxLines: 1, serial: 'none', tight: false },
  { maxLines: 1, serial: 'none', tight: true },
  { maxLines: 1, serial: 'none', tight: true, brief: true },
];

/** The whole story, without a line end. No line is wider than the width, except the replay line, which must stay in one piece. */
export function formatCounterexample(counterexample: Counterexample, options: StoryOptions = {}): string {
  const { width = 100, color = false } = options;
  let story: readonly string[] = [];
  for (const detail of details) {
    story = storyLines(counterexample, options.modelPath, { width, color }, detail);
    if (linesOnScreen(story, width) <= screenLines) break;
  }
  return story.join('\n');
}

/** The replay line is left for the terminal to break. */
function linesOnScreen(lines: readonly string[], width: number): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / width)), 0);
}

function storyLines(
  counterexample: Counterexample,
  modelPath: string | undefined,
  look: LabelOptions,
  detail: Detail,
): readonly string[] {
  const { setting, scenario, promise, minimality } = counterexample;
  const headline = `${violationTitle(counterexample)} in ${settingText(setting)}`;
  const columns = columnLines(counterexample, look, detail);
  const minimal = minimalityTexts(minimality, scenario).slice(0, detail.brief === true ? 1 : undefined);
  return [
    ...labelled('VIOLATION', [headline], { ...look, tone: 'bad', indent: 0 }),
    ...labelled('promise', promise === undefined ? [] : [oneLine(promise)], look),
    ...violationSections(counterexample, detail.serial).flatMap(([label, texts]) =>
      labelled(label, texts, look),
    ),
    ...labelled('why', whyTexts(counterexample), look),
    ...labelled('start', detail.brief === true ? [] : startingRowsTexts(scenario.rows), look),
    ...(columns.length === 0
      ? []
      : [...(detail.tight ? [] : ['']), ...columns, ...(detail.brief === true ? [] : [''])]),
    ...labelled('minimal', detail.tight ? [minimal.join('; ')] : minimal, look),
    ...labelled('replay', [replayCommand(counterexample, modelPath)], { ...look, width: Infinity }),
  ];
}

/** `s1 deposit(5)`; a session of several operations shows them in its column. */
export function sessionHeadings(scenario: Scenario): readonly string[] {
  return scenario.sessions.map((calls, session) => {
    const [call] = calls;
    return call === undefined || calls.length > 1
      ? sessionText(session)
      : `${sessionText(session)} ${callText(call)}`;
  });
}

function columnLines(
  counterexample: Counterexample,
  look: { readonly width: number; readonly color: boolean },
  { maxLines, tight, brief = false }: Detail,
): readonly string[] {
  const { scenario, history } = counterexample;
  if (history.length === 0) return [];
  const together = !fitsColumns(scenario.sessions.length, look.width);
  const headings = sessionHeadings(scenario);
  const rows = markedTimeline(counterexample, together);
  return setColumns(together ? [headings.join(' | ')] : headings, tight ? tightened(rows, brief) : rows, {
    ...look,
    maxLines,
    named: together,
  });
}

/** The timeline with the racing pair marked. */
export function markedTimeline(
  counterexample: Counterexample,
  together: boolean = false,
): readonly TimelineRow[] {
  const { scenario, history } = counterexample;
  const pair = racingSteps(counterexample);
  const racing = new Set(pair === undefined ? [] : [pair.first.step + 1, pair.second.step + 1]);
  return timeline(scenario, history, together).map((row) =>
    row.step !== undefined && racing.has(row.step) ? { ...row, racing: true } : row,
  );
}
