/** Replays a counterexample: the same scenario under the same schedule, judged anew. */
import { Fault } from '../core/fault.ts';
import { modelId, type Model } from '../core/model.ts';
import type { Counterexample } from '../core/result.ts';
import type { Driver } from '../driver/contract.ts';
import { DoesNotFit, Replay } from '../strategy/replay.ts';
import { explore, type Exploration } from './explore.ts';
import { parseReplayLine, type ReplayLine } from './replay-line.ts';
import { Experiment } from './experiment.ts';

export interface ReplayResult {
  /** The violation as it shows now; undefined where the run has a serial witness, or there is no verdict. */
  readonly counterexample: Counterexample | undefined;
  readonly exploration: Exploration;
  readonly line: ReplayLine;
}

export interface ReplayOptions {
  readonly engine: Driver;
  /** How often; each must give the same history. Default 1. */
  readonly times?: number;
}

/**
 * Replays a line on the code as it is now.
 *
 * @throws Fault `bad-replay-line` when the line cannot be read, `other-model` when it is another model's,
 *   `schedule-does-not-fit` when a session cannot go where the schedule says
 */
export async function replay(model: Model, text: string, options: ReplayOptions): Promise<ReplayResult> {
  const line = parseReplayLine(text);
  if (line.model !== modelId(model)) {
    throw new Fault(`the replay line is of model ${line.model}, not of ${modelId(model)}`, {
      code: 'other-model',
      kind: 'usage',
      hint: `replay it with the file that defines ${line.model}`,
    });
  }
  for (const call of line.scenario.sessions.flat()) {
    if (model.operations[call.operation] !== undefined) continue;
    throw new Fault(`the replay line calls ${call.operation}, which ${line.model} no longer has`, {
      code: 'other-model',
      kind: 'usage',
      detail: `its operations are ${Object.keys(model.operations).join(', ')}`,
    });
  }
  const { isolation, order } = line;
  const experiment = new Experiment(model, { engine: options.engine, isolation, order });
  try {
    const lab = await experiment.lab();
    const budget = { maxSchedules: 1, expired: () => false };
    let first: Exploration | undefined;
    for (let time = 0; time < (options.times ?? 1); time += 1) {
      const strategy = new Replay(line.schedule, 'strict');
      const next = await explore(lab, line.scenario, strategy, budget);
      if (strategy.left > 0 && next.inconclusive === undefined) {
        throw new DoesNotFit('the code ends before the schedule does');
      }
      if (first === undefined || next.inconclusive !== undefined) first = next;
      if (first.inconclusive !== undefined) break;
      const difference = told(first) === told(next) ? undefined : { first: told(first), second: told(next) };
      if (difference === undefined) continue;
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
          ...difference,
        },
      };
      break;
    }
    const exploration = first;
    if (exploration === undefined) throw new Error('a replay runs at least once');
    const { failure } = exploration;
    const counterexample =
      failure === undefined
        ? undefined
        : await experiment.explained(lab, failure, await experiment.counterexample(lab, failure));
    return { counterexample, exploration, line };
  } catch (error) {
    if (!(error instanceof DoesNotFit)) throw error;
    throw new Fault('the schedule does not fit the code any more', {
      code: 'schedule-does-not-fit',
      kind: 'usage',
      detail: error.message,
      hint: 'the code sends other statements than when the line was made: check the model anew',
    });
  } finally {
    await experiment.close();
  }
}

/** What one round of a replay came to. */
function told({ failure }: Exploration): string {
  return failure === undefined ? 'it passed' : `it failed: ${failure.violation.kind}`;
}
