/** The story of a failure, on one screen: what was promised, what happened instead, and how to see it again. */
import type { Counterexample } from '../core/result.ts';
import { callText, sessionText } from './call-text.ts';
import { fitsColumns, setColumns } from './columns.ts';
import { labelled } from './labelled.ts';
import { minimalityTexts } from './minimality-text.ts';
import { replayCommand } from './replay-command.ts';
import { settingText } from './setting-text.ts';
import { startingRowsTexts } from './tables-text.ts';
import { oneLine } from './text.ts';
import { timeline } from './timeline.ts';
import { violationKind, violationSections } from './violation-text.ts';

export interface StoryOptions {
  /** Columns of the screen. Default 100. */
  readonly width?: number | undefined;
  /** Default false. */
  readonly color?: boolean | undefined;
  /** The model's file, for the replay line. Default: the model's name. */
  readonly modelPath?: string | undefined;
}

/** Longer columns than this no longer fit on a large screen: then statements are shortened. */
const screenLines = 40;

/** The whole story, without a line end. No line is wider than the width, but for the replay line, which must stay in one piece. */
export function formatCounterexample(counterexample: Counterexample, options: StoryOptions = {}): string {
  const { setting, violation, scenario, promise, minimality } = counterexample;
  const { width = 100, color = false } = options;
  const look = { width, color };
  const headline = `${violationKind(violation, setting.order)} in ${settingText(setting)}`;
  const columns = columnLines(counterexample, look);
  return [
    ...labelled('VIOLATION', [headline], { ...look, tone: 'bad', indent: 0 }),
    ...labelled('promise', promise === undefined ? [] : [oneLine(promise)], look),
    ...violationSections(counterexample).flatMap(([label, texts]) => labelled(label, texts, look)),
    ...labelled('start', startingRowsTexts(scenario.rows), look),
    ...(columns.length === 0 ? [] : ['', ...columns, '']),
    ...labelled('minimal', minimalityTexts(minimality, scenario), look),
    ...labelled('replay', [replayCommand(counterexample, options.modelPath)], { ...look, width: Infinity }),
  ].join('\n');
}

function columnLines(
  { scenario, history }: Counterexample,
  look: { readonly width: number; readonly color: boolean },
): readonly string[] {
  if (history.length === 0) return [];
  const together = !fitsColumns(scenario.sessions.length, look.width);
  const headings = scenario.sessions.map((calls, session) => {
    const [call] = calls;
    return call === undefined || calls.length > 1
      ? sessionText(session)
      : `${sessionText(session)} ${callText(call)}`;
  });
  const rows = timeline(scenario, history, together);
  const set = (maxLines: number): readonly string[] =>
    setColumns(together ? [headings.join(' | ')] : headings, rows, { ...look, maxLines, named: together });
  const whole = set(3);
  if (whole.length <= screenLines) return whole;
  const shorter = set(2);
  return shorter.length <= screenLines ? shorter : set(1);
}
