/** The line of the user's code that a counterexample is about. */
import { isEnd, type Statement } from '../core/history.ts';
import type { Counterexample, StatementLocation } from '../core/result.ts';

export interface Place {
  readonly file: string;
  /** Counted from 1; undefined where only the file is known. */
  readonly line: number | undefined;
}

/** A commit often stands in a helper that every operation uses: it says nothing of this one. */
function ends(statement: Statement): boolean {
  const { kind, savepoint } = statement;
  return isEnd(statement) || kind === 'two-phase' || (savepoint !== undefined && 'restored' in savepoint);
}

/**
 * The statement that comes second in the racing pair, since it is what comes too late; else the first of the pair, else
 * the last one of the evidence, else the last one that was sent. Where no statement's place is known, the model's file.
 */
export function placeOf(
  { locations = [], explanation, history }: Pick<Counterexample, 'locations' | 'explanation' | 'history'>,
  modelPath: string | undefined,
): Place | undefined {
  const ending = new Set(
    history.flatMap((event) => (event.kind === 'released' && ends(event.statement) ? [event.step] : [])),
  );
  const pair = explanation?.racingPair;
  const last = locations.toReversed().map(({ step }) => step);
  const steps = [pair?.second.step, pair?.first.step, explanation?.evidence.at(-1)?.toStep, ...last];
  const found = steps
    .map((step) => locations.find((location) => location.step === step))
    .filter((location) => location !== undefined);
  const place = found.find(({ step }) => !ending.has(step)) ?? found[0];
  if (place !== undefined) return { file: place.file, line: place.line };
  return modelPath === undefined ? undefined : { file: modelPath, line: undefined };
}

/** Every line that the counterexample runs through, in order, each once. */
export function placesOf({
  locations = [],
}: Pick<Counterexample, 'locations'>): readonly StatementLocation[] {
  return locations.toSorted((a, b) => a.step - b.step);
}
