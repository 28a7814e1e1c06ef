/** The line of the user's code that a counterexample is about. */
import type { Counterexample, StatementLocation } from '../core/result.ts';

export interface Place {
  readonly file: string;
  /** Counted from 1; undefined where only the file is known. */
  readonly line: number | undefined;
}

/**
 * The statement that comes second in the racing pair, since it is what comes too late; else the last one of the
 * evidence, else the last one that was sent. Where no statement's place is known, the model's file.
 */
export function placeOf(
  { locations = [], explanation }: Pick<Counterexample, 'locations' | 'explanation'>,
  modelPath: string | undefined,
): Place | undefined {
  const at = (step: number | undefined): StatementLocation | undefined =>
    locations.find((location) => location.step === step);
  const found =
    at(explanation?.racingPair?.second.step) ?? at(explanation?.evidence.at(-1)?.toStep) ?? locations.at(-1);
  if (found !== undefined) return { file: found.file, line: found.line };
  return modelPath === undefined ? undefined : { file: modelPath, line: undefined };
}

/** Every line that the counterexample runs through, in order, each once. */
export function placesOf({
  locations = [],
}: Pick<Counterexample, 'locations'>): readonly StatementLocation[] {
  return locations.toSorted((a, b) => a.step - b.step);
}
