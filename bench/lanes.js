/**
 * What a second core brings to one model: the same scenarios, judged, on one executor and on two at once. Lanes share one
 * process, its one thread of JavaScript and one server, so two bring at most what that thread has left over; helpers are
 * processes of their own, each with its server.
 */
import { fileURLToPath } from 'node:url';
import { Helpers } from '../dist/campaign/worker/helpers.js';
import { LaneExecutor } from '../dist/search/lane-executor.js';
import { resolveOptions } from '../dist/check/resolve-options.js';
import { ratio, takeTurns } from './measure.js';

const stallMs = 60_000;
const seed = 1;
/** Searches of the scenario by each executor in a batch: both are then done at about the same time. */
const timesEach = 20;
/** Every schedule is run: what is timed is schedules, not what is left out of them. */
const options = { isolation: 'read committed', seed, strategy: 'exhaustive', reduction: false };

/**
 * A model as they mostly are: transactions of several statements, which are observed. One process keeps its core busy
 * with it; with six lock-free updates it waits for its server half of the time, and polls meanwhile.
 */
export const application = {
  file: '../models/segment-cache.ts',
  id: 'segment-cache/repeatable-read',
  options: { ...options, isolation: 'repeatable read', reduction: true },
  scenario: {
    rows: {
      segments: [{ id: 1, name: 'beta', version: 1 }],
      rules: [{ id: 1, segment_id: 1 }],
      conditions: [{ id: 1, rule_id: 1, trait: 'plan', value: 'trial' }],
    },
    sessions: [
      [
        { operation: 'evaluate', args: ['trial'] },
        { operation: 'patch', args: ['free'] },
      ],
      [{ operation: 'evaluate', args: ['free'] }],
    ],
  },
};

/**
 * Two lanes on the driver's server.
 *
 * @param {import('pg-lockstep').Driver} driver
 * @param {import('pg-lockstep').Model} model
 */
export async function measureLanes(driver, model, scenario, rounds) {
  const resolved = resolveOptions({ ...options, engine: driver }, model);
  const open = () => LaneExecutor.open(model, resolved, () => false);
  return measureTwo([await open(), await open()], scenario, rounds);
}

/**
 * Two processes, each with a throw-away server.
 *
 * @param {{ file: string, id: string, scenario: object, options?: object }} what the module that exports the model,
 *   relative to this one, the model's name and the scenario
 */
export async function measureHelpers({ file, id, scenario, options: own = options }, rounds) {
  const helpers = new Helpers({ stallMs, env: process.env, output: process.stderr });
  const model = { id, file, absolute: fileURLToPath(new URL(file, import.meta.url)) };
  const engine = { engine: 'postgres', server: undefined };
  const job = { kind: 'check', model, engine, options: own, helpers: 2 };
  try {
    const opened = await Promise.all(helpers.for(job, stallMs).map((open) => open(seed)));
    return await measureTwo(opened, scenario, rounds);
  } finally {
    await helpers.stop();
  }
}

async function measureTwo(executors, scenario, rounds) {
  const stint = { scenario, after: 0, maxSchedules: Infinity, goesOn: false };
  const explore = async (executor, times) => {
    let schedules = 0;
    for (let time = 0; time < times; time += 1)
      schedules += (await executor.explore(stint, () => false)).schedules;
    return schedules;
  };
  const [first] = executors;
  try {
    const measured = await takeTurns(
      [
        { name: 'one', batch: () => explore(first, 2 * timesEach) },
        {
          name: 'two',
          batch: async () => {
            const counts = await Promise.all(executors.map((executor) => explore(executor, timesEach)));
            return counts.reduce((sum, count) => sum + count, 0);
          },
        },
      ],
      { rounds, warmUp: 2 },
    );
    return { measured, ratio: ratio(measured.one, measured.two) };
  } finally {
    for (const executor of executors) await executor.close();
  }
}
