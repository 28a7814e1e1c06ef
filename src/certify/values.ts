/**
 * A few values for each arbitrary. An arbitrary can be drawn from, but it does not list its values: so a thousand are drawn
 * and sorted, simplest first. If the second half of the draws shows nothing new, the values count as all that there are.
 */
import fc from 'fast-check';
import { sourcesOf } from '../arbitrary/scenario.ts';
import { isArbitrary } from '../core/arbitrary.ts';
import type { Certificate, TakenValues } from '../core/certificate.ts';
import type { Call, Model } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';

/** They all miss a value that one draw in fifty gives with a probability of 2e-9. */
const draws = 1_000;
/** Any seed would do; it is fixed so that the same code takes the same values. */
const drawSeed = 1;

export type Values = Pick<Certificate, 'rows' | 'arguments'>;

/** @param most values of each argument, and starting rows, at most: two are enough to be equal or to differ */
export function valuesOf(model: Model, most: number): Values {
  const { rows, arguments: parameters } = sourcesOf(model);
  return {
    rows: isArbitrary(model.rows)
      ? takeValues(rows, most)
      : { taken: [model.rows ?? {}], known: 1, all: true },
    arguments: Object.fromEntries(
      [...parameters].map(([name, arbitraries]) => [name, arbitraries.map((each) => takeValues(each, most))]),
    ),
  };
}

/** Every call with these values, in the order of the model's operations. */
export function callsOf(values: Values): readonly Call[] {
  return Object.entries(values.arguments).flatMap(([operation, parameters]) =>
    tuples(parameters.map((parameter) => parameter.taken)).map((args) => ({ operation, args })),
  );
}

function takeValues(arbitrary: fc.Arbitrary<unknown>, most: number): TakenValues {
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

/** By length, so that numbers near zero come first, then by text: the order of the draws does not matter. */
function simplestFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

function tuples(choices: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] {
  return choices.reduce<readonly (readonly unknown[])[]>(
    (begun, values) => begun.flatMap((tuple) => values.map((value) => [...tuple, value])),
    [[]],
  );
}
