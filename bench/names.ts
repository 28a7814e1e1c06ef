/**
 * `npx tsx -C pg-lockstep-source bench/names.ts [COUNT]`: the names of the races in random code, and how many
 * have none. Nothing is asserted.
 */
import fc from 'fast-check';
import { postgres } from 'pg-lockstep/postgres';
import { autopsy } from '../src/diagnosis/autopsy.ts';
import { budgetOf } from '../src/search/budget.ts';
import { explainFailure } from '../src/diagnosis/explain.ts';
import { explore } from '../src/search/explore.ts';
import { Lab } from '../src/lab/lab.ts';
import { Trial } from '../src/lab/trial.ts';
import { Systematic } from '../src/strategy/systematic.ts';
import { randomCode, randomScenario } from '../test/support/random-code.ts';

const wanted = Number(process.argv[2] ?? 200);
const engine = postgres();
const counts = new Map<string, number>();
const unnamed: string[] = [];
let [failures, scenarios, withoutPair] = [0, 0, 0];
const lab = await Lab.open(randomCode, { engine, isolation: 'read committed' });
try {
  for (let seed = 1; failures < wanted && seed < 100; seed += 1) {
    for (const scenario of fc.sample(randomScenario, { numRuns: 50, seed })) {
      if (failures >= wanted) break;
      scenarios += 1;
      const strategy = new Systematic({ sessions: scenario.sessions.length, observed: true });
      const trial = await Trial.on(lab, scenario);
      const { failure } = await explore(trial, strategy, budgetOf(100));
      if (failure === undefined) continue;
      failures += 1;
      const { anomaly, racingPair } = await explainFailure(trial, failure, await autopsy(trial, failure));
      counts.set(anomaly.code, (counts.get(anomaly.code) ?? 0) + 1);
      if (racingPair === undefined) withoutPair += 1;
      if (anomaly.code === 'unclassified')
        unnamed.push(JSON.stringify({ sessions: scenario.sessions, schedule: failure.schedule }));
    }
  }
} finally {
  await lab.close();
  await engine.close();
}
console.log(
  `${failures} faulty scenarios of ${scenarios}; ${withoutPair} without a single pair of steps that decides`,
);
for (const [code, count] of [...counts].toSorted(([, a], [, b]) => b - a))
  console.log(`${String(count).padStart(4)}  ${code}`);
for (const each of unnamed) console.log(`unclassified: ${each}`);
