/**
 * `npm run soak -- --schedules 200000 --seeds 20 --load`: mended models are searched over and over, and
 * nothing may be found. With `--load` two busy loops run beside the second half. Ends with 1 after a
 * violation or a fault, with 3 if a check has no verdict, and prints each of them with its story.
 */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { allCells, nameOf, type Cell } from './cells.ts';
import type { Done, Job } from './messages.ts';

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '200000' },
    seeds: { type: 'string', default: '20' },
    /** The prefix of every seed: another word gives other seeds. */
    seed: { type: 'string', default: 'soak' },
    load: { type: 'boolean', default: false },
    workers: { type: 'string', default: '2' },
    /** Part of the names of the cells to run. */
    only: { type: 'string', default: '' },
  },
});
const wanted = Number(values.schedules);
const seeds = Number(values.seeds);
const cells = await allCells();
const chosen = [...cells.keys()].filter((index) => nameOf(cells[index] as Cell).includes(values.only));
const started = performance.now();
const found: (Done & { readonly loaded: boolean })[] = [];
const ran = (): number => found.reduce((sum, { schedules }) => sum + schedules, 0);
let busy: readonly ChildProcess[] = [];

/**
 * Every seed with every second cell, in turns: making a database costs as much as fifty schedules. Each check
 * gets its share of the remaining schedules; if small scenarios are soon exhausted, more seeds follow.
 */
function* jobs(): Generator<Job> {
  const perSeed = Math.ceil(chosen.length / 2);
  const planned = seeds * perSeed;
  for (let index = 0; index < planned || (ran() < wanted && index < 3 * planned); index += 1) {
    const left = Math.max(planned - index, perSeed);
    const share = Math.ceil(Math.max(wanted - ran(), 1) / left);
    if (values.load && index >= planned / 2 && busy.length === 0) busy = [busyLoop(), busyLoop()];
    const seed = Math.floor(index / perSeed);
    const cell = chosen[(2 * (index % perSeed) + (seed % 2)) % chosen.length] ?? 0;
    yield { cell, seed: `${values.seed} ${seed + 1}`, schedules: share };
  }
}

/** Ends with this process, however it ends. */
function busyLoop(): ChildProcess {
  const loop = 'for (const parent = process.ppid; process.ppid === parent; );';
  return spawn(process.execPath, ['-e', loop], { stdio: 'ignore' });
}

const queue = jobs();

/** If a worker ends without an answer, its cell has a fault, and another worker goes on. */
async function work(): Promise<void> {
  let worker: ChildProcess | undefined;
  for (let next = queue.next(); next.done !== true; next = queue.next()) {
    worker ??= await startWorker();
    const loaded = busy.length > 0;
    const done = await ask(worker, next.value);
    if (worker.exitCode !== null || worker.signalCode !== null) worker = undefined;
    found.push({ ...done, loaded });
    print(done, loaded);
  }
  worker?.send('stop');
}

async function startWorker(): Promise<ChildProcess> {
  const worker = fork(fileURLToPath(new URL('worker.ts', import.meta.url)));
  await new Promise((ready, failed) => {
    worker.once('message', ready);
    worker.once('exit', () => failed(new Error('a worker did not start')));
  });
  return worker;
}

function ask(worker: ChildProcess, job: Job): Promise<Done> {
  return new Promise((resolve) => {
    const ended = (): void =>
      resolve({ job, verdict: 'fault', schedules: 0, scenarios: 0, text: 'the worker ended', durationMs: 0 });
    worker.once('exit', ended);
    worker.once('message', (done: Done) => {
      worker.off('exit', ended);
      resolve(done);
    });
    worker.send(job);
  });
}

function print({ job, verdict, schedules, scenarios, text, durationMs }: Done, loaded: boolean): void {
  const cell = nameOf(cells[job.cell] as Cell);
  const size = `${schedules} schedules of ${scenarios} scenarios, ${(durationMs / 1000).toFixed(1)} s`;
  console.log(`${cell}, seed ${job.seed}${loaded ? ', loaded' : ''}: ${verdict}, ${size}`);
  if (text !== '') console.log(text.replaceAll(/^/gm, '    '));
}

try {
  await Promise.all(Array.from({ length: Number(values.workers) }, work));
} finally {
  for (const each of busy) each.kill('SIGKILL');
}

console.log('\nby cell');
for (const index of chosen) {
  const own = found.filter(({ job }) => job.cell === index);
  const schedules = own.reduce((sum, each) => sum + each.schedules, 0);
  console.log(
    `  ${nameOf(cells[index] as Cell)}: ${own.length} checks, ${schedules} schedules, ${verdicts(own)}`,
  );
}
const loaded = found.filter((each) => each.loaded).reduce((sum, { schedules }) => sum + schedules, 0);
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(
  `\n${ran()} schedules (${loaded} of them beside busy loops) in ${found.length} checks of ${chosen.length} cells, ` +
    `${seeds} seeds, ${seconds} s: ${verdicts(found)}`,
);
const has = (verdict: Done['verdict']): boolean => found.some((each) => each.verdict === verdict);
process.exitCode = has('violated') || has('fault') || found.length === 0 ? 1 : has('inconclusive') ? 3 : 0;

function verdicts(of: readonly Done[]): string {
  const count = (verdict: Done['verdict']): string =>
    `${of.filter((each) => each.verdict === verdict).length} ${verdict}`;
  return (['holds', 'violated', 'inconclusive', 'fault'] as const).map(count).join(', ');
}
