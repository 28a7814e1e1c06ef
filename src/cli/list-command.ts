/** `lockstep list`: the models that are found. */
import type { Expectations } from '../core/model.ts';
import { labelled } from '../report/labelled.ts';
import { paint } from '../report/paint.ts';
import { wantedModels } from './changed-since.ts';
import type { Command } from './command.ts';
import { exitCodes } from './exit-code.ts';

export async function listCommand(command: Command): Promise<number> {
  const { terminal } = command;
  for (const model of await wantedModels(command)) {
    const kind = model.kind === undefined ? '' : `  (${model.kind})`;
    terminal.out(`${paint(model.id, 'heading', terminal.color)}${kind}`);
    const lines: readonly (readonly [string, string | undefined])[] = [
      ['file', model.file],
      ['does', model.description],
      ['promise', model.promise],
      ['calls', model.operations.join(', ')],
      ['expected', expectedText(model.expected)],
    ];
    for (const [label, text] of lines) {
      for (const line of labelled(label, text === undefined ? [] : [text], terminal)) terminal.out(line);
    }
  }
  return exitCodes.holds;
}

function expectedText(expected: Expectations): string | undefined {
  const entries = Object.entries(expected);
  if (entries.length === 0) return undefined;
  const verdicts = [...new Set(entries.map(([, verdict]) => verdict))];
  if (verdicts.length === 1) return `${verdicts[0]} everywhere`;
  return entries.map(([where, verdict]) => `${where}: ${verdict}`).join(', ');
}
