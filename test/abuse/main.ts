/**
 * All of the abuse by one command, with a table at the end:
 * `npm run abuse -- --topic kill,files --case "kill -9" --seed 5 --rounds 20 --quick`.
 */
import { parseArgs } from 'node:util';
import { formatTable } from '../../src/report/table.ts';
import type { AbuseCase } from './case.ts';
import { Runner, type Outcome } from './runner.ts';
import { cases } from './topics.ts';

const { values } = parseArgs({
  options: {
    /** Topics, separated by commas. Default: all. */
    topic: { type: 'string' },
    /** Part of a case's name. */
    case: { type: 'string', default: '' },
    /** For the moments and choices of cases that take chances. */
    seed: { type: 'string', default: '1' },
    /** How often cases that take chances are run, each time with another seed. */
    rounds: { type: 'string', default: '1' },
    /** Only what runs with the other tests. */
    quick: { type: 'boolean', default: false },
  },
});

const topics = values.topic?.split(',');
const chosen = cases.filter(
  ({ topic, name, quick }) =>
    topics?.includes(topic) !== false && name.includes(values.case) && (quick || !values.quick),
);
const rounds = Number(values.rounds);
const started = performance.now();

/** Cases one after another, on a given server of their own. */
async function runAll(some: readonly AbuseCase[]): Promise<readonly Outcome[]> {
  const runner = new Runner();
  const outcomes: Outcome[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const each of some) {
      if (round > 1 && !each.chance) continue;
      const seed = round === 1 ? values.seed : `${values.seed}/${round}`;
      const outcome = await runner.run(each, seed);
      outcomes.push(outcome);
      console.log(`${each.topic}: ${each.name}, seed ${seed}: ${wordOf(outcome)}`);
      if (outcome.failure !== undefined) console.log(outcome.failure.replaceAll(/^/gm, '    '));
    }
  }
  await runner.stop();
  return outcomes;
}

// Side by side, as a machine has more to do than one thing: what shares a given server stays in line.
const onGiven = (each: AbuseCase): boolean => each.place !== 'throw-away';
const outcomes = (
  await Promise.all([
    runAll(chosen.filter((each) => !onGiven(each))),
    runAll(chosen.filter((each) => onGiven(each))),
  ])
)
  .flat()
  .sort((a, b) => chosen.indexOf(a.case) - chosen.indexOf(b.case));
const seconds = Math.round((performance.now() - started) / 1000);

const failed = outcomes.filter(({ failure }) => failure !== undefined).length;
console.log(
  formatTable(
    ['topic', 'case', 'seed', 'outcome', { heading: 'seconds', align: 'right' }],
    outcomes.map((each) => [
      each.case.topic,
      each.case.name,
      each.seed,
      wordOf(each),
      each.seconds.toFixed(1),
    ]),
  ),
);
const unfit = outcomes.filter((each) => each.unfit !== undefined).length;
console.log(
  `\n${chosen.length} cases, ${rounds} rounds, ${outcomes.length - unfit} run, ${unfit} not run, ${failed} failed, ${seconds} s`,
);
process.exitCode = failed > 0 || outcomes.length === 0 ? 1 : 0;

function wordOf({ failure, unfit }: Outcome): string {
  if (unfit !== undefined) return `not run: ${unfit}`;
  return failure === undefined ? 'fine' : 'FAILED';
}
