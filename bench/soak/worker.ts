/** One process of the soak: checks one cell after the other on a throw-away server of its own. */
import { check, Fault, formatFault, formatResult } from 'pg-lockstep';
import { postgres } from 'pg-lockstep/postgres';
import { allCells } from './cells.ts';
import type { Done, Job } from './messages.ts';

const engine = postgres();
const cells = await allCells();

async function run(job: Job): Promise<Done> {
  const started = performance.now();
  const took = (): number => Math.round(performance.now() - started);
  const cell = cells[job.cell];
  if (cell === undefined) throw new Error(`there is no cell ${job.cell}`);
  try {
    const result = await check(cell.model, {
      engine,
      isolation: cell.isolation,
      seed: job.seed,
      maxTotalSchedules: job.schedules,
    });
    const { verdict, coverage } = result;
    const { schedules, scenarios } = coverage;
    const text = verdict === 'holds' ? '' : formatResult(result);
    return { job, verdict, schedules, scenarios, text, durationMs: took() };
  } catch (error) {
    const text = error instanceof Fault ? formatFault(error) : String((error as Error).stack ?? error);
    return { job, verdict: 'fault', schedules: 0, scenarios: 0, text, durationMs: took() };
  }
}

process.on('message', (job: Job | 'stop') => {
  if (job === 'stop') void engine.close().then(() => process.disconnect());
  else void run(job).then((done) => process.send?.(done));
});
process.send?.('ready');
