/** One schedule of a few statements, run, judged and explained. */
import { autopsy } from '../../src/diagnosis/autopsy.ts';
import { explainFailure } from '../../src/diagnosis/explain.ts';
import { Lab } from '../../src/lab/lab.ts';
import { Trial } from '../../src/lab/trial.ts';
import { defineModel, operation } from '../../src/core/define-model.ts';
import type { Explanation } from '../../src/core/explanation.ts';
import type { IsolationLevel } from '../../src/core/isolation.ts';
import type { Model, Rows, Session } from '../../src/core/model.ts';
import { scheduleOf } from '../../src/core/schedule.ts';
import type { OrderRule } from '../../src/core/verdict.ts';
import type { Driver } from '../../src/driver/contract.ts';
import { explanationSentences } from '../../src/report/explanation-text.ts';
import { farLimits, inOrder } from './bench.ts';

export interface Race {
  readonly schema: string;
  readonly rows?: Rows;
  /** By session, by operation: its statements. An operation returns what its reads gave; it rolls back when one fails. */
  readonly sessions: readonly (readonly (readonly string[])[])[];
  /** Which session takes each step. */
  readonly order: readonly number[];
  readonly isolation?: IsolationLevel;
  readonly orders?: OrderRule;
  readonly model?: Partial<Model>;
}

async function run({ client }: Session, ...texts: readonly string[]): Promise<unknown> {
  const seen: unknown[] = [];
  try {
    for (const text of texts) {
      const { command, rows } = await client.query(text);
      if (command === 'SELECT' || rows.length > 0) seen.push(rows);
    }
    return seen;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** An explanation as data, and in words. */
export interface ExplainedRace extends Explanation {
  readonly sentences: readonly string[];
}

/** Undefined where the schedule is no violation. */
export async function explained(engine: Driver, race: Race): Promise<ExplainedRace | undefined> {
  const { schema, rows = {}, isolation = 'read committed', orders = 'session' } = race;
  const model = defineModel({
    name: 'race',
    schema,
    operations: { run: operation<readonly string[]>({ run }) },
    ...race.model,
  });
  const lab = await Lab.open(model, { engine, isolation, order: orders, limits: farLimits });
  try {
    const scenario = {
      rows,
      sessions: race.sessions.map((calls) => calls.map((args) => ({ operation: 'run', args }))),
    };
    const trial = await Trial.on(lab, scenario);
    const execution = await trial.run(inOrder(...race.order));
    const judgement = await trial.judge(execution);
    if (judgement.kind === 'explained') return undefined;
    if (judgement.kind === 'undecided') throw new Error(JSON.stringify(judgement.reason));
    const { history, answers } = execution;
    const schedule = scheduleOf(execution.choices);
    const { violation } = judgement;
    const failure = { scenario, schedule, preemptions: 0, history, answers, violation };
    const explanation = await explainFailure(trial, failure, await autopsy(trial, failure));
    return { ...explanation, sentences: explanationSentences({ explanation, scenario, history }) };
  } finally {
    await lab.close();
  }
}
