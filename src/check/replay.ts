/** Replays a counterexample: the same scenario under the same schedule, judged again. */
import { assertModel } from '../core/check-model.ts';
import type { Clients } from '../core/clients.ts';
import { scenarioProblem } from '../core/check-scenario.ts';
import { closedAfter } from '../core/closed-after.ts';
import { Fault } from '../core/fault.ts';
import { modelId, type Model } from '../core/model.ts';
import type { Counterexample } from '../core/result.ts';
import type { Driver } from '../driver/contract.ts';
import type { Limits } from '../engine/limits.ts';
import { DoesNotFit, Replay, type ReplayMode } from '../strategy/replay.ts';
import { budgetOf } from '../search/budget.ts';
import { diagnosedCounterexample } from './diagnosed-counterexample.ts';
import { Experiment } from './experiment.ts';
import { explore, type Exploration } from '../search/explore.ts';
import { roundText } from '../report/undecided-text.ts';
import { parseReplayLine, type ReplayLine } from '../report/replay-line.ts';
import { Trial } from '../lab/trial.ts';

export interface ReplayResult {
  /** The violation as it shows now; undefined if the run has a serial witness, or if there is no verdict. */
  readonly counterexample: Counterexample | undefined;
  readonly exploration: Exploration;
  readonly line: ReplayLine;
}

export interface ReplayOptions {
  readonly engine: Driver;
  /** Where operations without a `run` are called, in place of the model's `clients`. */
  readonly clients?: Clients;
  /** How many times to run it; each run must give the same history. Default 1. */
  readonly times?: number;
  /**
   * What to do if the code no longer follows the schedule: `strict` throws; `lenient` passes over steps that cannot be taken,
   * as a test of mended code needs it. Default `strict`.
   */
  readonly mode?: ReplayMode;
  readonly limits?: Partial<Limits>;
}

/**
 * Replays a line on the code as it is now.
 *
 * @throws Fault `bad-replay-line` if the line cannot be read, `other-model` if it is another model's,
 *   `schedule-does-not-fit` if the mode is `strict` and a session that the schedule names cannot go on
 */
export async function replay(model: Model, text: string, options: ReplayOptions): Promise<ReplayResult> {
  assertModel({ ...model, ...(options.clients && { clients: options.clients }) });
  const line = parseReplayLine(text);
  if (line.model !== modelId(model)) {
    throw new Fault(`the replay line is of model ${line.model}, not of ${modelId(model)}`, {
      code: 'other-model',
      kind: 'usage',
      hint: `replay it with the file that defines ${line.model}`,
    });
  }
  for (const call of line.scenario.sessions.flat()) {
    if (Object.hasOwn(model.operations, call.operation)) continue;
    throw new Fault(`the replay line calls ${call.operation}, which ${line.model} no longer has`, {
      code: 'other-model',
      kind: 'usage',
      detail: `its operations are ${Object.keys(model.operations).join(', ')}`,
    });
  }
  const problem = scenarioProblem(model, line.scenario);
  if (problem !== undefined) {
    throw new Fault(`the replay line holds no scenario of ${line.model}`, {
      code: 'bad-replay-line',
      kind: 'usage',
      detail: problem,
    });
  }
  const { isolation, order } = line;
  const { mode = 'strict' } = options;
  const experiment = new Experiment(model, {
    engine: options.engine,
    ...(options.clients !== undefined && { clients: options.clients }),
    isolation,
    order,
    ...(options.limits !== undefined && { limits: options.limits }),
  });
  try {
    return await closedAfter(experiment, async () => {
      const lab = await experiment.lab();
      const trial = await Trial.on(lab, line.scenario);
      let first: Exploration | undefined;
      for (let time = 0; time < (options.times ?? 1); time += 1) {
        const strategy = new Replay(line.schedule, mode);
        const next = await explore(trial, strategy, budgetOf(1));
        if (mode === 'strict' && strategy.left > 0 && next.inconclusive === undefined) {
          throw new DoesNotFit('the code ends before the schedule does');
        }
        if (first === undefined || next.inconclusive !== undefined) first = next;
        if (first.inconclusive !== undefined) break;
        const verdicts = [first, next].map(({ failure }) => roundText(failure?.violation));
        const [one = '', other = ''] = verdicts;
        if (one === other) continue;
        const { scenario, schedule } = line;
        first = {
          ...next,
          failure: undefined,
          inconclusive: {
            kind: 'nondeterminism',
            setting: lab.setting,
            scenario,
            schedule,
            step: undefined,
            only: 'verdict',
            first: one,
            second: other,
          },
        };
        break;
      }
      const exploration = first;
      if (exploration === undefined) throw new Error('a replay runs at least once');
      const { failure } = exploration;
      if (failure === undefined) return { counterexample: undefined, exploration, line };
      return { counterexample: await diagnosedCounterexample(experiment, lab, failure), exploration, line };
    });
  } catch (error) {
    if (!(error instanceof DoesNotFit)) throw error;
    throw new Fault('the schedule does not fit the code any more', {
      code: 'schedule-does-not-fit',
      kind: 'usage',
      detail: error.message,
      hint: 'the code sends other statements than when the line was made: check the model again',
    });
  }
}
