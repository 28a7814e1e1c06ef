/** Ratios within one run: variants take turns in short batches, so that noise disturbs all of them equally. */

/**
 * @typedef {object} Variant
 * @property {string} name
 * @property {() => Promise<number>} batch runs one batch and returns how many units (schedules) it ran
 */

/**
 * Runs the variants in turn, `rounds` times; each round begins with another variant. The first rounds only warm up.
 *
 * @param {readonly Variant[]} variants
 * @param {{ rounds: number, warmUp?: number }} options
 * @returns {Promise<Record<string, number[]>>} milliseconds per unit, by variant, in order of the rounds
 */
export async function takeTurns(variants, { rounds, warmUp = 10 }) {
  const measured = Object.fromEntries(variants.map(({ name }) => [name, []]));
  for (let round = -warmUp; round < rounds; round += 1) {
    for (let turn = 0; turn < variants.length; turn += 1) {
      const { name, batch } = variants[(turn + round + warmUp) % variants.length];
      const started = performance.now();
      const units = await batch();
      const spent = performance.now() - started;
      if (round >= 0) measured[name].push(spent / units);
    }
  }
  return measured;
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The median of the rounds' own ratios, with the quartiles: steadier than a ratio of medians, since both
 * sides of a round ran under the same load. `calm` is the ratio of both sides' lower quartiles: the figure
 * without interference from the machine's other work. On an idle machine the two agree.
 *
 * @param {readonly number[]} above
 * @param {readonly number[]} below
 */
export function ratio(above, below) {
  const ratios = above.map((value, round) => value / below[round]);
  return {
    median: median(ratios),
    lowerQuartile: quantile(ratios, 0.25),
    upperQuartile: quantile(ratios, 0.75),
    calm: quantile(above, 0.25) / quantile(below, 0.25),
    rounds: ratios.length,
  };
}

function quantile(values, part) {
  return values.toSorted((a, b) => a - b)[Math.round(part * (values.length - 1))];
}

/** Runs a batch several times, so that it takes long enough to be timed; returns the sum of its units. */
export async function repeated(times, batch) {
  let units = 0;
  for (let time = 0; time < times; time += 1) units += await batch();
  return units;
}
