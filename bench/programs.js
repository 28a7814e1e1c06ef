/**
 * `node bench/programs.js [ROUNDS]`: what a schedule of six steps takes if the operations run in a Python worker, or in an
 * HTTP service on Node, against `session.client`: ratios within one run. Needs python3-psycopg2. Nothing is asserted.
 */
import { fileURLToPath } from 'node:url';
import { http, processes } from 'pg-lockstep';
import { postgres } from 'pg-lockstep/postgres';
import { openLab, runAll } from './laboratory.js';
import { ratio, takeTurns } from './measure.js';
import { scenario, sixSteps } from './six-steps.js';

const rounds = Number(process.argv[2] ?? 15);
const program = (name) => fileURLToPath(new URL(`programs/${name}`, import.meta.url));
const sdk = fileURLToPath(new URL('../examples/sdk/python', import.meta.url));

const service = http({ command: [process.execPath, program('service.js')], ready: '/' });
const worker = processes({ command: ['/usr/bin/python3', program('worker.py')], env: { PYTHONPATH: sdk } });
const away = (clients) => ({
  ...sixSteps,
  clients,
  operations: { countThree: { request: (first) => ({ path: '/', body: { first } }) } },
});

const engine = postgres();
const models = { 'session.client': sixSteps, 'Python worker': away(worker), 'HTTP service': away(service) };
const variants = [];
for (const [name, model] of Object.entries(models)) {
  const lab = await openLab(engine, model);
  variants.push({ name, lab, batch: () => runAll(lab, scenario) });
}
const measured = await takeTurns(variants, { rounds, warmUp: 2 });
for (const { name } of variants) {
  const { median, lowerQuartile, upperQuartile, calm } = ratio(measured[name], measured['session.client']);
  const figures = [median, lowerQuartile, upperQuartile, calm].map((value) => value.toFixed(2));
  console.log(
    `${name}: ${figures[0]} (half of the rounds ${figures[1]} to ${figures[2]}; calm ${figures[3]})`,
  );
}
for (const { lab } of variants) await lab.close();
await engine.close();
