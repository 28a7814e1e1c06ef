/**
 * `npm run bench`: ratios within one run, as a table and as reports/bench.json. Nothing is asserted: a busy
 * machine makes every figure worse, and the ratios less so. `npm run bench -- 15` runs fewer rounds.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { pglite } from 'pg-lockstep/pglite';
import { postgres } from 'pg-lockstep/postgres';
import { binaries, findIsolationtester, measureIsolationtester } from './isolationtester.js';
import { application, measureHelpers, measureLanes } from './lanes.js';
import { median } from './measure.js';
import { measureOverhead } from './overhead.js';
import { scenario, sixSteps } from './six-steps.js';
import { measureEngines } from './two-engines.js';

const rounds = Number(process.argv[2] ?? 151);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error('usage: node bench/main.js [ROUNDS]');
  process.exit(2);
}

const ms = (value) => `${value.toFixed(3)} ms`;
const perSecond = (value) => `${Math.round(1000 / value)}/s`;
const times = ({ median: middle, lowerQuartile, upperQuartile, calm }) => {
  const [low, high] = [lowerQuartile.toFixed(2), upperQuartile.toFixed(2)];
  return `${middle.toFixed(2)}  (half of the rounds ${low} to ${high}; in calm rounds ${calm.toFixed(2)})`;
};

function print(title, lines) {
  console.log(`\n${title}`);
  const width = Math.max(...lines.map(([name]) => name.length));
  for (const [name, value] of lines) console.log(`  ${name.padEnd(width)}  ${value}`);
}

const drivers = [];
const use = (driver) => {
  drivers.push(driver);
  return driver;
};
const report = {
  schema: 'pg-lockstep-bench',
  schemaVersion: 1,
  startedAt: new Date().toISOString(),
  node: process.version,
  processor: cpus()[0]?.model ?? 'unknown',
  processors: cpus().length,
  rounds,
};

try {
  const server = use(postgres());
  const overhead = await measureOverhead(server, rounds);
  const middle = Object.fromEntries(
    Object.entries(overhead.measured).map(([name, all]) => [name, median(all)]),
  );
  print('a schedule of six lock-free steps (2 sessions, 3 single-row updates each), with its reset', [
    ['bare pg clients, reset by hand', ms(middle.byHand)],
    ['the same with DISCARD ALL, as the engine does', ms(middle.byHandWithSessionReset)],
    ['engine', ms(middle.engine)],
    ['engine, judged by the oracle', ms(middle.engineAndOracle)],
    ['ratio engine / by hand (aim: at most 1.25)', times(overhead.ratioOf('engine'))],
    ['ratio engine / by hand with DISCARD ALL', times(overhead.ratioOf('engine', 'byHandWithSessionReset'))],
    ['ratio engine and oracle / by hand', times(overhead.ratioOf('engineAndOracle'))],
  ]);
  report.sixSteps = {
    msPerSchedule: middle,
    ratios: {
      engine: overhead.ratioOf('engine'),
      engineToSameReset: overhead.ratioOf('engine', 'byHandWithSessionReset'),
      engineAndOracle: overhead.ratioOf('engineAndOracle'),
    },
  };

  const engines = await measureEngines([server, use(pglite())], Math.ceil(rounds / 3));
  const speed = Object.entries(engines.measured).map(([name, all]) => [name, median(all)]);
  const faster = engines.ratioOf('pglite', 'postgres');
  print('schedules per second, the same model, judged', [
    ...speed.map(([name, value]) => [engines.engines[name], perSecond(value)]),
    ['time on pglite / time on postgres', times(faster)],
  ]);
  report.engines = {
    schedulesPerSecond: Object.fromEntries(
      speed.map(([name, value]) => [engines.engines[name], 1000 / value]),
    ),
    ratio: faster,
  };

  const some = Math.ceil(rounds / 10);
  const second = {
    lane: await measureLanes(server, sixSteps, scenario, some),
    process: await measureHelpers({ file: './six-steps.js', id: sixSteps.name, scenario }, some),
    'process with an application’s model': await measureHelpers(application, Math.ceil(rounds / 20)),
  };
  report.second = {};
  for (const [what, { measured, ratio }] of Object.entries(second)) {
    const [one, two] = [median(measured.one), median(measured.two)];
    print(`schedules per second, judged: what a second ${what} brings to one model, ${cpus().length} cores`, [
      ['one', perSecond(one)],
      ['two at once', perSecond(two)],
      ['time on one / time on two', times(ratio)],
    ]);
    report.second[what] = { schedulesPerSecond: { one: 1000 / one, two: 1000 / two }, ratio };
  }

  report.isolationtester = {};
  const comparisons = {
    two: { sessions: 2, rounds: Math.ceil(rounds / 30), repeats: 100 },
    three: { sessions: 3, rounds: Math.ceil(rounds / 50), repeats: 1 },
  };
  for (const [sessions, options] of Object.entries(comparisons)) {
    const title = `permutations per second, ${sessions} transactions that read, write and commit`;
    if ((await findIsolationtester()) === undefined) {
      print(title, [['isolationtester', 'not on this machine (Debian: postgresql-server-dev-15)']]);
      continue;
    }
    const both = await measureIsolationtester(use(postgres({ binaries })), options);
    const { isolationtester, engine, reduced } = both.measured;
    print(`${title}: ${both.permutations} permutations, Postgres 15`, [
      ['isolationtester', perSecond(median(isolationtester))],
      ['engine, each of them run', perSecond(median(engine))],
      [`engine, all covered by ${both.classes} schedules`, perSecond(median(reduced))],
      ['time of isolationtester / time of the engine', times(both.ratio)],
      ['time of isolationtester / time to cover all (aim: at least 10)', times(both.reducedRatio)],
    ]);
    report.isolationtester[sessions] = {
      permutations: both.permutations,
      permutationsPerSecond: {
        isolationtester: 1000 / median(isolationtester),
        engine: 1000 / median(engine),
        covered: 1000 / median(reduced),
      },
      classes: both.classes,
      ratio: both.ratio,
      coveredRatio: both.reducedRatio,
    };
  }
} finally {
  await Promise.all(drivers.map((driver) => driver.close()));
}

await mkdir(new URL('../reports/', import.meta.url), { recursive: true });
await writeFile(new URL('../reports/bench.json', import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
console.log('\nwritten to reports/bench.json');
