/**
 * A few values for each arbitrary: it can be drawn from, but not asked for all that it has. So many are drawn, and what
 * came is put in order, simplest first. Where the draws stop showing anything new, these are all, as far as can be told.
 */
import fc from 'fast-check';
import { sourcesOf } from '../arbitrary/scenario.ts';
import { isArbitrary } from '../core/arbitrary.ts';
import type { TakenValues } from '../core/certificate.ts';
import type { Call, Model } from '../core/model.ts';
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
  const { rows, arguments: parameters } = sourcesOf(model);
  return {
    rows: isArbitrary(model.rows) ? taken(rows, most) : { taken: [model.rows ?? {}], known: 1, all: true },
    arguments: Object.fromEntries(
      [...parameters].map(([name, arbitraries]) => [name, arbitraries.map((each) => taken(each, most))]),
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
