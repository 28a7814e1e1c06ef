/**
 * `npx tsx -C pg-lockstep-source bench/sound.ts [COUNT] [SEED] [LEVEL] [SECONDS]`: compares the outcomes of
 * the reduced search with those of all schedules, over random code that takes locks of every kind. If there
 * are too many schedules, 150 of them with few preemptions and 60 random ones stand for all. Exit code 1 if
 * an outcome was missed.
 */
import fc from 'fast-check';
import { postgres } from 'pg-lockstep/postgres';
import { Lab } from '../src/lab/lab.ts';
import { isolationLevels } from '../src/core/isolation.ts';
import { lockCode, lockScenario } from '../test/support/lock-code.ts';
import { compareSearches } from '../test/support/searches.ts';

const [count = 1_000, seed = 1] = process.argv.slice(2, 4).map(Number);
const [level, seconds = '3600'] = process.argv.slice(4);
const levels = isolationLevels.filter((each) => level === undefined || each === level);
const total = { scenarios: 0, inFull: 0, tooLarge: 0, schedules: 0, reduced: 0, classes: 0, doubted: 0, gaveUp: 0, missed: 0 }; // prettier-ignore
const began = Date.now();
const isOver = (): boolean => Date.now() - began > Number(seconds) * 1_000;

const engine = postgres();
try {
  for (const [index, isolation] of levels.entries()) {
    const lab = await Lab.open(lockCode, { engine, isolation });
    const share = Math.ceil(count / levels.length);
    for (const scenario of fc.sample(lockScenario, { seed: seed * levels.length + index, numRuns: share })) {
      if (isOver()) break;
      const compared = await compareSearches(lab, scenario, {
        maxSchedules: 150,
        sample: 60,
        maxReduced: 250,
      });
      if (compared === undefined) {
        total.tooLarge += 1;
        continue;
      }
      const { all, reduced, classes, distrusting, missed } = compared;
      total.scenarios += 1;
      total.inFull += all.exhausted ? 1 : 0;
      total.schedules += all.runs;
      total.reduced += reduced.runs;
      total.classes += classes;
      total.doubted += distrusting ? 1 : 0;
      total.gaveUp += all.gaveUp.length + reduced.gaveUp.length;
      total.missed += missed.length > 0 ? 1 : 0;
      const what = [
        missed.length > 0 && 'missed',
        distrusting && 'doubted',
        all.gaveUp[0] ?? reduced.gaveUp[0],
      ];
      const remarks = what.filter((each) => typeof each === 'string');
      if (remarks.length > 0) console.log(isolation, remarks.join(', '), JSON.stringify(scenario.sessions));
    }
    await lab.close();
  }
} finally {
  await engine.close();
}
console.log(JSON.stringify({ levels, seed, ...total, seconds: Math.round((Date.now() - began) / 1_000) }));
if (total.missed > 0) process.exitCode = 1;
