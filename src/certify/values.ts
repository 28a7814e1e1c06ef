/**
 * A few values for each arbitrary: it can be drawn from, but not asked for all that it has. So many are drawn, and what
 * came is put in order, simplest first. Where the draws stop showing anything new, these are all, as far as can be told.
 */
import fc from 'fast-check';
import type { TakenValues } from '../core/certificate.ts';
import type { Call, Model, Rows } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';

/** A value that one draw in fifty gives is missed by all of them with a probability of 2e-9. */
const draws = 1_000;
/** Any would do; it is fixed so that the same code takes the same values. */
const drawSeed = 1;

export interface Values {
  readonly rows: TakenValues;
  readonly arguments: Readonly<Record<string, readonly TakenValues[]>>;
}

/** @param most values of each argument, and starting rows, at most: two are enough to be equal or to differ */
export function valuesOf(model: Model, most: number): Values {
  const { rows } = model;
  return {
    rows: isArbitrary(rows) ? taken(rows, most) : { taken: [rows ?? {}], known: 1, all: true },
    arguments: Object.fromEntries(
      Object.entries(model.operations).map(([name, operation]) => [
        name,
        ((operation.arguments ?? []) as readonly fc.Arbitrary<unknown>[]).map((each) => taken(each, most)),
      ]),
    ),
  };
}

/** Every call with these values, in the order of the model's operations. */
export function callsOf(values: Values): readonly Call[] {
  return Object.entries(values.arguments).flatMap(([operation, parameters]) =>
    tuples(parameters.map((parameter) => parameter.taken)).map((args) => ({ operation, args })),
  );
}

function taken(arbitrary: fc.Arbitrary<unknown>, most: number): TakenValues {
  const found = new Map<string, unknown>();
  let lastNew = 0;
  for (const [draw, value] of fc.sample(arbitrary, { seed: drawSeed, numRuns: draws }).entries()) {
    const text = canonicalText(value);
    if (found.has(text)) continue;
    found.set(text, value);
    lastNew = draw;
  }
  const ordered = [...found].toSorted(simplestFirst).map(([, value]) => value);
  return {
    taken: ordered.slice(0, most),
    known: found.size,
    all: found.size <= most && lastNew < draws / 2,
  };
}

/** Short before long, which is near zero before far for numbers, and else by the text: no draw decides the order. */
function simplestFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

function tuples(choices: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] {
  return choices.reduce<readonly (readonly unknown[])[]>(
    (begun, values) => begun.flatMap((tuple) => values.map((value) => [...tuple, value])),
    [[]],
  );
}

/** By shape, not by class: the model may have another copy of fast-check. */
function isArbitrary(value: Model['rows']): value is fc.Arbitrary<Rows> {
  return typeof (value as { generate?: unknown } | undefined)?.generate === 'function';
}
