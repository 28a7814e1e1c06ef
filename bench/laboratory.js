/**
 * The engine as `check` uses it, one level below: the timings are those of schedules, not of the search
 * around them.
 */
import { budgetOf } from '../dist/search/budget.js';
import { explore } from '../dist/search/explore.js';
import { Lab } from '../dist/lab/lab.js';
import { runObserved } from '../dist/search/observation.js';
import { Trial } from '../dist/lab/trial.js';
import { ByPreemptions } from '../dist/strategy/by-preemptions.js';
import { Reduced } from '../dist/strategy/reduced.js';

/**
 * @param {import('pg-lockstep').Driver} driver
 * @param {import('pg-lockstep').Model} model
 */
export function openLab(driver, model, observed = false) {
  return Lab.open(model, { engine: driver, isolation: 'read committed', observed });
}

/** Runs every schedule of the scenario, without judging it; returns how many there are. */
export async function runAll(lab, scenario) {
  const trial = await Trial.on(lab, scenario);
  const strategy = new ByPreemptions();
  let schedules = 0;
  while (strategy.begin()) {
    const execution = await trial.run((point) => strategy.choose(point));
    if (execution.end.kind !== 'completed') throw new Error(`an execution ended with ${execution.end.kind}`);
    schedules += 1;
  }
  return schedules;
}

/** Runs these schedules: each says which session takes each step. Not judged; returns how many there are. */
export async function runInOrder(lab, scenario, orders) {
  const trial = await Trial.on(lab, scenario);
  for (const order of orders) {
    const { end, choices } = await trial.run(({ step }) => order[step]);
    if (end.kind !== 'completed' || choices.length !== order.length) {
      throw new Error(`an execution of ${order.length} steps ended with ${end.kind} after ${choices.length}`);
    }
  }
  return orders.length;
}

/** Covers every schedule by one of each class of equivalent ones, in an observed lab; returns how many were run. */
export async function coverAll(lab, scenario) {
  const trial = await Trial.on(lab, scenario);
  const strategy = new Reduced({ sessions: scenario.sessions.length });
  let schedules = 0;
  while (strategy.begin()) {
    const { execution } = await runObserved(trial, strategy);
    if (execution.end.kind !== 'completed') throw new Error(`an execution ended with ${execution.end.kind}`);
    schedules += 1;
  }
  if (!strategy.exhausted) throw new Error('the reduced search is not complete');
  return schedules;
}

/** Every schedule of the scenario with the oracle: each run is judged, and one of them is run twice. */
export async function exploreAll(lab, scenario) {
  const result = await explore(await Trial.on(lab, scenario), new ByPreemptions(), budgetOf(Infinity));
  if (result.inconclusive !== undefined) throw new Error(JSON.stringify(result.inconclusive));
  if (!result.exhausted) throw new Error('a schedule failed that should have passed');
  return result.schedules;
}
