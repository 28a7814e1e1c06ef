/**
 * `npm run bench:memory`: whether memory stays flat over a long check. Runs N schedules (the argument;
 * default a million) of generated scenarios, judged as by `check`, and prints the memory of the process and
 * its heap after each tenth. Needs `--expose-gc`, or the heap includes garbage.
 */
import fc from 'fast-check';
import { check, defineModel, operation } from 'pg-lockstep';
import { postgres } from 'pg-lockstep/postgres';
import { rows, schema } from './six-steps.js';

const schedules = Number(process.argv[2] ?? 1_000_000);
if (!Number.isInteger(schedules) || schedules < 10) {
  console.error('usage: npm run bench:memory -- [SCHEDULES]');
  process.exit(2);
}

// Amounts make every scenario, and every state that the oracle learns, a new one.
const model = defineModel({
  name: 'three-additions',
  schema,
  rows: { counters: rows },
  operations: {
    add: operation({
      arguments: [fc.integer({ min: 1, max: 1_000_000 })],
      run: async ({ client }, amount) => {
        for (const id of [1, 2, 3]) {
          await client.query('update counters set value = value + $2 where id = $1', [id, amount]);
        }
      },
    }),
  },
});

const megabytes = (bytes) => `${(bytes / 1_048_576).toFixed(0)} MB`.padStart(8);
const started = performance.now();
let printed = 0;

/** @returns size of the heap, in bytes */
function print(done) {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${String(done).padStart(9)} schedules  rss ${megabytes(rss)}  heap ${megabytes(heapUsed)}  ${seconds} s`,
  );
  return heapUsed;
}

const engine = postgres();
const heaps = [];
try {
  const { verdict, coverage } = await check(model, {
    engine,
    seed: 'memory',
    sessions: { min: 2, max: 3 },
    maxOperations: 1,
    maxSchedules: 200,
    // 2 sessions have 20 schedules, 3 sessions have 1680: about 110 are run for each scenario.
    numRuns: Math.ceil(schedules / 90),
    maxTotalSchedules: schedules,
    onProgress: ({ schedules: done }) => {
      const tenth = Math.floor((10 * done) / schedules);
      if (tenth <= printed) return;
      printed = tenth;
      heaps.push(print(done));
    },
  });
  console.log(`${verdict}: ${coverage.schedules} schedules of ${coverage.scenarios} scenarios`);
  const [first, last] = [heaps[0] ?? 0, heaps.at(-1) ?? 0];
  console.log(`heap at the end / heap after a tenth: ${(last / first).toFixed(2)}`);
} finally {
  await engine.close();
}
