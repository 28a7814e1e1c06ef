/**
 * `npm run bench:guided -- [SEEDS] [BUDGET] [NAMES]`: the schedules that it takes to find each planted race of `test/planted`, guided
 * and blind, as medians over the seeds (default 5) within a budget of schedules (default 3000); of races whose names
 * begin so, or of all. Those that were held out come last, and are counted apart. Nothing is asserted.
 */
import { modelId } from 'pg-lockstep';
import type { Find } from '../src/hunt/finds.ts';
import { Hunt } from '../src/hunt/hunt.ts';
import { Lab } from '../src/lab/lab.ts';
import { postgres } from '../src/driver/postgres/index.ts';
import { heldOut } from '../test/planted/held-out.ts';
import { planted, type Planted } from '../test/planted/models.ts';

const seeds = Number(process.argv[2] ?? 5);
const budget = Number(process.argv[3] ?? 3000);
/** Beginnings of names. */
const only = process.argv[4]?.split(',') ?? [''];
/** Of one round of a campaign. */
const perRound = 600;
const engine = postgres();

/** Schedules until the first failure; Infinity: none within the budget. */
async function search(lab: Lab, seed: number, guided: boolean): Promise<number> {
  const bounds = { minSessions: 2, maxSessions: 3, maxOperations: 3 };
  let spent = 0;
  let finds: readonly Find[] = [];
  const seen: string[] = [];
  const request = (more: { finds: readonly Find[] }) => ({
    ...bounds,
    guided,
    seen,
    perScenario: 24,
    schedules: Math.min(perRound, budget - spent),
    ...more,
  });
  for (let round = 0; spent < budget; round += 1) {
    let found = false;
    const hunt = new Hunt(lab, { ...request({ finds }), seed: `${seed} ${round}` }, () => found);
    const { explorations, inconclusive, ...news } = await hunt.run(({ failures }) => (found = failures > 0));
    for (const { schedules, failure } of explorations) {
      spent += schedules;
      if (failure !== undefined) return spent;
    }
    if (inconclusive !== undefined) throw new Error(JSON.stringify(inconclusive));
    seen.push(...news.sights);
    ({ finds } = news);
    if (explorations.length === 0) return Infinity;
  }
  return Infinity;
}

const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1] ?? NaN;
const shown = (value: number): string => (value === Infinity ? `> ${budget}` : String(value));

async function measure({ model, depth }: Planted): Promise<{ depth: number; counts: number[][] }> {
  const lab = await Lab.open(model, { engine, isolation: 'read committed' });
  try {
    const counts: number[][] = [];
    for (const guided of [true, false]) {
      const all: number[] = [];
      for (let seed = 0; seed < seeds; seed += 1) all.push(await search(lab, seed, guided));
      counts.push(all);
    }
    const [guided = [], blind = []] = counts;
    const found = counts.map((all) => all.filter((each) => each < Infinity).length);
    console.log(
      `| ${modelId(model).padEnd(12)} | ${depth} | ${shown(median(guided)).padStart(6)} | ${shown(median(blind)).padStart(6)} | ${found[0]}/${seeds} | ${found[1]}/${seeds} |`,
    );
    return { depth, counts };
  } finally {
    await lab.close();
  }
}

console.log('| race | depth | guided | blind | found, guided | found, blind |');
console.log('| --- | --- | --- | --- | --- | --- |');
type Measured = Awaited<ReturnType<typeof measure>>;

async function measureAll(races: readonly Planted[]): Promise<readonly Measured[]> {
  const all: Measured[] = [];
  for (const each of races)
    if (only.some((name) => modelId(each.model).startsWith(name))) all.push(await measure(each));
  return all;
}

const groups: (readonly [name: string, list: readonly Measured[]])[] = [];
try {
  const all = await measureAll(planted);
  groups.push(['all', all], ['the ten deepest', all.toSorted((a, b) => b.depth - a.depth).slice(0, 10)]);
  groups.push(['held out', await measureAll(heldOut)]);
} finally {
  await engine.close();
}
const foundBy = (list: readonly Measured[], way: number, within: number): number =>
  list.flatMap(({ counts }) => counts[way] ?? []).filter((count) => count <= within).length;
for (const [name, list] of groups)
  for (const within of [budget / 4, budget / 2, budget])
    console.log(
      `${name}, within ${within}: ${foundBy(list, 0, within)} found guided, ${foundBy(list, 1, within)} blind, of ${list.length * seeds}`,
    );
