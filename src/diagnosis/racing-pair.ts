/**
 * Finds by experiment two steps whose order decides: adjacent steps of a failing schedule are swapped, the scenario is run
 * again, and it passes. Steps of the evidence are tried first. If no single swap helps, swaps that change nothing are kept,
 * towards a schedule in which one session goes first, until a swap helps. Each pair is swapped at most once, so its two
 * steps have the deciding order in the failing schedule, too.
 */
import type { Dependency, Explanation, StepRef } from '../core/explanation.ts';
import { isEnd, type History } from '../core/history.ts';
import type { ChoicePoint } from '../core/schedule.ts';
import { defaultChoice } from '../core/schedule.ts';
import type { LaneExecution } from '../engine/lane.ts';
import { TrialJudge } from '../lab/trial-judge.ts';
import type { Trial } from '../lab/trial.ts';

type Pair = NonNullable<Explanation['racingPair']>;

/** Executions. */
const maxExperiments = 60;

export async function racingPair(
  trial: Trial,
  execution: Pick<LaneExecution, 'choices' | 'history'>,
  evidence: readonly Dependency[],
): Promise<Pair | undefined> {
  const steps = execution.choices.map(({ chosen }, step): StepRef => ({ session: chosen, step }));
  const judge = new TrialJudge(trial);
  let experiments = 0;
  const passes = async (order: readonly StepRef[]): Promise<boolean> => {
    experiments += 1;
    const run = await trial.run(choiceInOrder(order.map(({ session }) => session)));
    return run.end.kind === 'completed' && (await judge.explains(run));
  };

  const swapOf = async (places: readonly number[]): Promise<Pair | undefined> => {
    for (const at of places) {
      if (experiments >= maxExperiments) return undefined;
      if (await passes(swapAt(steps, at))) return pairAt(steps, at);
    }
    return undefined;
  };
  const pairOfMoves = async (target: number): Promise<Pair | undefined> => {
    let order: readonly StepRef[] = steps;
    for (;;) {
      // The steps of the target move to the front, one place at a time.
      const at = switches(order).find((index) => order[index + 1]?.session === target);
      if (at === undefined || experiments >= maxExperiments) return undefined;
      const next = swapAt(order, at);
      if (await passes(next)) return pairAt(order, at);
      order = next;
    }
  };

  // Steps of the evidence come first: swapping two other steps may help by chance, with an abort say.
  const evident = stepsOf(evidence, execution.history);
  const isEvident = (at: number): boolean => evident.has(at) && evident.has(at + 1);
  const places = switches(steps);
  // A read that missed a write should come after it, so the writer goes first.
  const writers = new Set(evidence.filter(({ kind }) => kind === 'rw').map(({ to }) => to.session));
  const rest = new Set(steps.map(({ session }) => session).filter((session) => !writers.has(session)));
  return (
    (await swapOf(places.filter(isEvident))) ??
    (await firstOf(writers, pairOfMoves)) ??
    (await swapOf(places.filter((at) => !isEvident(at)))) ??
    (await firstOf(rest, pairOfMoves))
  );
}

async function firstOf<T, R>(
  values: Iterable<T>,
  find: (value: T) => Promise<R | undefined>,
): Promise<R | undefined> {
  for (const value of values) {
    const found = await find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Steps of the evidence, and ends of transactions, which decide when other sessions see writes. */
function stepsOf(evidence: readonly Dependency[], history: History): ReadonlySet<number> {
  const ends = history.flatMap((event) =>
    event.kind === 'released' && isEnd(event.statement) ? [event.step] : [],
  );
  return new Set([...ends, ...evidence.flatMap(({ fromStep, toStep }) => [fromStep, toStep])]);
}

/** Places at which the next step is another session's. */
function switches(order: readonly StepRef[]): readonly number[] {
  return order.flatMap(({ session }, at) =>
    at + 1 < order.length && order[at + 1]?.session !== session ? [at] : [],
  );
}

function pairAt(order: readonly StepRef[], at: number): Pair {
  const [first, second] = [order[at], order[at + 1]];
  if (first === undefined || second === undefined) throw new Error('a pair needs two steps');
  return { first, second };
}

function swapAt(order: readonly StepRef[], at: number): readonly StepRef[] {
  const { first, second } = pairAt(order, at);
  return [...order.slice(0, at), second, first, ...order.slice(at + 2)];
}

/** Chooses sessions in this order; one that cannot go on is passed over until it can. */
function choiceInOrder(sessions: readonly number[]): (point: ChoicePoint) => number {
  const left = [...sessions];
  return (point) => {
    const at = left.findIndex((session) => point.runnable.includes(session));
    if (at < 0) return defaultChoice(point);
    const [session] = left.splice(at, 1);
    return session ?? defaultChoice(point);
  };
}
