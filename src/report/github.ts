/**
 * Workflow commands that GitHub Actions shows as annotations beside the code: an error for each violation, a warning for
 * each missing verdict, nothing for what holds. GitHub shows ten of each kind for one step.
 *
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
import type { CheckResult } from '../core/result.ts';
import { whyTexts } from './explanation-text.ts';
import { inconclusiveReason, inconclusiveSections } from './inconclusive-text.ts';
import type { ReportOptions } from './options.ts';
import { placeOf, type Place } from './place.ts';
import { replayCommand } from './replay-command.ts';
import { settingText } from './setting-text.ts';
import { violationSections, violationTitle } from './violation-text.ts';

/** A line for each, with a line end; empty if everything holds. */
export function formatGithub(results: readonly CheckResult[], { modelPathOf }: ReportOptions = {}): string {
  return results.map((result) => annotation(result, modelPathOf?.(result.setting.model))).join('');
}

function annotation(result: CheckResult, modelPath: string | undefined): string {
  const where = `in ${settingText(result.setting)}`;
  switch (result.verdict) {
    case 'holds':
      return '';
    case 'violated': {
      const { counterexample } = result;
      const observed = violationSections(counterexample)[0]?.[1] ?? [];
      const why = whyTexts(counterexample);
      const message = [where, ...observed, ...why, replayCommand(counterexample, modelPath)];
      return command('error', placeOf(counterexample, modelPath), violationTitle(counterexample), message);
    }
    case 'inconclusive': {
      const { inconclusive } = result;
      const place = placeOf({ history: [] }, modelPath);
      const [detail] = inconclusiveSections(inconclusive)[0]?.[1] ?? [];
      const reason = [inconclusiveReason(inconclusive), detail].filter((text) => text !== undefined);
      return command('warning', place, 'no verdict', [where, ...reason]);
    }
  }
}

function command(kind: string, place: Place | undefined, title: string, message: readonly string[]): string {
  const properties = { file: place?.file, line: place?.line, title };
  const given = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${property(String(value))}`);
  return `::${kind} ${given.join(',')}::${data(message.join('\n').replaceAll('\u00a0', ' '))}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
