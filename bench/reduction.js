/**
 * `npm run bench:reduction`: how many schedules the reduction runs, by shape (sessions x steps) and by how
 * many steps depend on each other. `npm run bench:reduction -- 5000` runs at most 5000 schedules of each.
 */
import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { defineModel, operation } from 'pg-lockstep';
import { postgres } from 'pg-lockstep/postgres';
import { runObserved } from '../dist/search/observation.js';
import { Trial } from '../dist/lab/trial.js';
import { Reduced } from '../dist/strategy/reduced.js';
import { interleavings } from '../dist/strategy/interleavings.js';
import { openLab } from './laboratory.js';

const limit = Number(process.argv[2] ?? 40_000);
if (!Number.isInteger(limit) || limit < 1) {
  console.error('usage: npm run bench:reduction -- [SCHEDULES]');
  process.exit(2);
}

const shapes = [[2, 3], [2, 4], [2, 6], [3, 3], [3, 4], [4, 3]]; // prettier-ignore

/** Rows that each session updates, one statement after another; all sessions share row 0. */
const conflicts = {
  none: (session, steps) => Array.from({ length: steps }, (_, step) => session * 10 + step + 1),
  some: (session, steps) => [0, ...Array.from({ length: steps - 1 }, (_, step) => session * 10 + step + 1)],
  full: (_, steps) => Array.from({ length: steps }, () => 0),
};

const rows = {
  cell: [0, ...Array.from({ length: 50 }, (_, index) => index + 1)].map((id) => ({ id, n: 0 })),
};
const model = defineModel({
  name: 'cells',
  schema: 'create table cell (id int primary key, n int not null)',
  rows,
  operations: {
    add: operation({
      arguments: [fc.array(fc.nat())],
      run: async ({ client }, ids) => {
        for (const id of ids) await client.query('update cell set n = n + 1 where id = $1', [id]);
      },
    }),
    addInTransaction: operation({
      arguments: [fc.array(fc.nat())],
      run: async ({ client }, ids) => {
        await client.query('begin');
        for (const id of ids) await client.query('update cell set n = n + 1 where id = $1', [id]);
        await client.query('commit');
      },
    }),
  },
});

async function searched(lab, scenario) {
  const trial = await Trial.on(lab, scenario);
  const strategy = new Reduced({ sessions: scenario.sessions.length, maxKept: 2 * limit + 1_000 });
  await trial.observer();
  const began = performance.now();
  let schedules = 0;
  while (schedules < limit && strategy.begin()) {
    await runObserved(trial, strategy);
    schedules += 1;
  }
  return { schedules, classes: strategy.classes, all: strategy.exhausted, ms: performance.now() - began };
}

const engine = postgres();
const lab = await openLab(engine, model, true);
const columns = [
  'sessions x steps',
  'conflict',
  'interleavings',
  'schedules run',
  'classes',
  'per class',
  'time',
];
const widths = [16, 20, 15, 15, 9, 9, 10];
const line = (cells) => cells.map((cell, index) => String(cell).padStart(widths[index])).join('  ');
console.log(line(columns));
try {
  for (const [sessions, steps] of shapes) {
    for (const [operationName, suffix] of [
      ['add', ''],
      ['addInTransaction', ', transactions'],
    ]) {
      for (const [conflict, idsOf] of Object.entries(conflicts)) {
        // The commit is a step, too.
        const updates = operationName === 'add' ? steps : steps - 1;
        const scenario = {
          rows,
          sessions: Array.from({ length: sessions }, (_, session) => [
            { operation: operationName, args: [idsOf(session + 1, updates)] },
          ]),
        };
        const { schedules, classes, all, ms } = await searched(lab, scenario);
        console.log(
          line([
            `${sessions}x${steps}`,
            `${conflict}${suffix}`,
            interleavings(Array.from({ length: sessions }, () => steps)).toLocaleString('en-US'),
            `${schedules.toLocaleString('en-US')}${all ? '' : ' (cut)'}`,
            classes.toLocaleString('en-US'),
            (schedules / classes).toFixed(2),
            `${(ms / 1000).toFixed(2)} s`,
          ]),
        );
      }
    }
  }
} finally {
  await lab.close();
  await engine.close();
}
