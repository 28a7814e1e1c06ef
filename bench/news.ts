/**
 * `npm run bench:news -- [SEEDS]`: how long a streak without news a search must bear to find each declared race of the
 * models. For each streak: the races that are found by a search which ends after that many schedules in a row without
 * news. The main job's own streak has to be far above the last one that misses a race. Nothing is asserted.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { check, isModel, isolationLevels, modelId } from 'pg-lockstep';
import { postgres } from 'pg-lockstep/postgres';

const seeds = Number(process.argv[2] ?? 5);
const streaks = [1, 2, 4, 8, 16, 32, 64, 128];

const folder = new URL('../models/', import.meta.url);
const files = readdirSync(fileURLToPath(folder)).filter((name) => name.endsWith('.ts'));
const modules = await Promise.all(
  files.map((name) => import(new URL(name, folder).href) as Promise<Record<string, unknown>>),
);
const models = modules.flatMap((module) => Object.values(module).flat()).filter(isModel);
const races = models.flatMap((model) =>
  isolationLevels
    .filter((isolation) => model.expected?.[isolation] === 'violated')
    .flatMap((isolation) => Array.from({ length: seeds }, (_, seed) => ({ model, isolation, seed }))),
);

const engine = postgres();
/** By streak: the races for which it is the shortest that finds them. */
const shortest = new Map<number | undefined, string[]>();
try {
  for (const { model, isolation, seed } of races) {
    let found: number | undefined;
    for (const maxSchedulesWithoutNews of streaks) {
      const sizes = { sessions: 2, maxOperations: 2, numRuns: 100, maxSchedules: 500 };
      const quick = { shrink: false, certify: false } as const;
      const options = { ...sizes, ...quick, engine, isolation, seed, maxSchedulesWithoutNews };
      if ((await check(model, options)).verdict !== 'violated') continue;
      found = maxSchedulesWithoutNews;
      break;
    }
    const race = `${modelId(model)} at ${isolation}, seed ${seed}`;
    shortest.set(found, [...(shortest.get(found) ?? []), race]);
  }
} finally {
  await engine.close();
}

console.log(`${races.length} races: ${races.length / seeds} models and levels, ${seeds} seeds each`);
let sum = 0;
for (const streak of streaks) {
  const names = shortest.get(streak) ?? [];
  sum += names.length;
  console.log(`${String(streak).padStart(4)} schedules without news: ${sum} found`);
  if (streak > 8) for (const name of names) console.log(`       ${name}`);
}
for (const name of shortest.get(undefined) ?? []) console.log(`not found: ${name}`);
