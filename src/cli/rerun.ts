/** Saved failures come first: still failing is the answer at once; no longer failing, their file goes. */
import { Fault } from '../core/fault.ts';
import type { CheckResult, Counterexample } from '../core/result.ts';
import { engineChoice, type Cell } from './cells.ts';
import type { Command } from './command.ts';
import { limitsOf } from './limit-settings.ts';
import { removeFailure, savedFailures, type FailureOnDisk } from './failures.ts';
import type { Replayed } from './worker/messages.ts';

export interface Rerun extends Cell {
  /** Which worker does it. */
  readonly worker: number;
}

/** What is wrong with a saved failure itself, not with the machine. */
const outdated: ReadonlySet<string> = new Set(['schedule-does-not-fit', 'other-model', 'bad-replay-line']);

/** The result where a saved failure of this model and setting still fails, else undefined. */
export async function rerun(command: Command, cell: Rerun): Promise<CheckResult | undefined> {
  const { settings, terminal } = command;
  const { model, engine, isolation, order } = cell;
  for (const saved of savedFailures(settings.reports)) {
    const { file, failure } = saved;
    const fits =
      failure.model === model.id &&
      failure.modelFile === model.file &&
      failure.driver === engine &&
      failure.isolation === isolation &&
      failure.order === order;
    if (!fits || command.interrupt.caught !== undefined) continue;
    const replayed = await replaySaved(command, cell, saved);
    if (replayed?.counterexample !== undefined) return asResult(replayed.counterexample, saved);
    if (replayed === undefined) continue;
    if (replayed.inconclusive !== undefined) {
      terminal.err(`${file}: no verdict this time; it is kept`);
      continue;
    }
    terminal.err(`${file}: no longer fails; ${removed(file)}`);
  }
  return undefined;
}

async function replaySaved(
  { settings, crew, terminal }: Command,
  { worker, model, engine }: Rerun,
  { file, failure }: FailureOnDisk,
): Promise<Replayed | undefined> {
  try {
    const ask = {
      model,
      where: engineChoice(settings, engine),
      line: failure.replay,
      times: 1,
      limits: limitsOf(settings),
    };
    return await crew.ask('replay', ask, undefined, worker);
  } catch (error) {
    if (!(error instanceof Fault) || !outdated.has(error.code)) throw error;
    const why = error.detail ?? error.message;
    terminal.err(`${file}: does not fit the code any more (${why}); ${removed(file)}`);
    return undefined;
  }
}

function removed(file: string): string {
  return removeFailure(file) ? 'removed' : 'it cannot be removed';
}

function asResult(counterexample: Counterexample, { file, failure }: FailureOnDisk): CheckResult {
  return {
    verdict: 'violated',
    setting: counterexample.setting,
    coverage: {
      scenarios: 1,
      exhaustive: 0,
      schedules: 1,
      schedulesToFirstFailure: 1,
      learned: 0,
      aborted: 0,
      refused: 0,
      operations: counterexample.scenario.sessions.flat().length,
    },
    seed: failure.seed,
    path: failure.path,
    counterexample: { ...counterexample, minimality: failure.minimality },
    inconclusive: undefined,
    witness: undefined,
    remarks: [`known since ${failure.foundAt} (${file}) and still failing: nothing else was searched`],
    durationMs: 0,
  };
}
