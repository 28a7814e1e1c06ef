/** The command that replays a counterexample, ready to be pasted into a shell. */
import type { Counterexample, Setting } from '../core/result.ts';

/** @param modelPath the model's file. Default: the one that the counterexample knows, else the model's name */
export function replayCommand(
  counterexample: Pick<Counterexample, 'replay' | 'modelFile'> & { readonly setting: Pick<Setting, 'model'> },
  modelPath?: string,
): string {
  return [
    'lockstep',
    'replay',
    modelPath ?? counterexample.modelFile ?? counterexample.setting.model,
    counterexample.replay,
  ]
    .map(shellWord)
    .join(' ');
}

/** Quoted if a shell would misread it: a schedule's text holds `;` and `>`. */
function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  // Double quotes also work on Windows, but in them a POSIX shell still reads these.
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : `"${word}"`;
}
