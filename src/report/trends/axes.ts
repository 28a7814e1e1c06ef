/** The axes of plots: where a value lies, and which values are named. */
import { scaleLinear, scaleUtc } from 'd3-scale';

export interface Axis {
  /** In pixels. */
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

type Range = readonly [from: number, to: number];

const unitsMs = [
  ['s', 1_000],
  ['min', 60_000],
  ['h', 3_600_000],
] as const;

/** Time since a beginning, in the largest unit that gives it more than two. */
export function elapsedAxis(mostMs: number, range: Range): Axis {
  const [unit, unitMs] = unitsMs.findLast(([, ms]) => mostMs > 2 * ms) ?? unitsMs[0];
  const scale = scaleLinear([0, Math.max(mostMs, 1) / unitMs], range);
  return {
    at: (ms) => scale(ms / unitMs),
    ticks: scale.ticks(6).map((value) => ({ value: value * unitMs, text: `${value} ${unit}` })),
  };
}

/** @param times in milliseconds since 1970 */
export function dateAxis(times: readonly number[], range: Range): Axis {
  const [first, last] = [Math.min(...times), Math.max(...times)];
  // One night alone stands in the middle of two days.
  const room = first === last ? 86_400_000 : 0;
  const scale = scaleUtc([first - room, last + room], range);
  const format = scale.tickFormat(6);
  return {
    at: (time) => scale(time),
    ticks: scale.ticks(6).map((date) => ({ value: date.getTime(), text: format(date) })),
  };
}

/** From zero, so that a small change does not look large. */
export function numberAxis(most: number, range: Range): Axis {
  const scale = scaleLinear([0, Math.max(most, 1)], range).nice(4);
  return {
    at: (value) => scale(value),
    // There is no half of a race.
    ticks: scale
      .ticks(4)
      .filter(Number.isInteger)
      .map((value) => ({ value, text: value.toLocaleString('en-US') })),
  };
}
