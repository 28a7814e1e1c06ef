/** Explains a failure from its autopsy, and finds by experiment which two steps race. */
import type { AnomalyName, Explanation } from '../core/explanation.ts';
import type { History } from '../core/history.ts';
import { statementsIn } from '../core/sent-statements.ts';
import type { OrderRule } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import type { RequiredOrder } from '../explain/cycles.ts';
import { explain, type Case } from '../explain/explain.ts';
import { NotAFunction } from '../oracle/learned.ts';
import { EndlessOperation } from '../lab/alone.ts';
import { rerunObserved, type Rerun } from './autopsy.ts';
import type { Failure } from '../lab/failure.ts';
import { racingPair } from './racing-pair.ts';
import type { Trial } from '../lab/trial.ts';

/** @param trial of the failure's scenario; it runs schedules in which two steps are swapped */
export async function explainFailure(trial: Trial, failure: Failure, rerun: Rerun): Promise<Explanation> {
  const unpaired = explanationOf(trial, failure, rerun);
  return { ...unpaired, racingPair: await pairOf(trial, failure, rerun.execution, unpaired) };
}

/** The name alone, from one execution, as far as this lab shows what statements touch. */
export async function nameFailure(trial: Trial, failure: Failure): Promise<AnomalyName> {
  return explanationOf(trial, failure, await rerunObserved(trial, failure)).anomaly;
}

function explanationOf(
  { lab }: Trial,
  { violation, answers }: Failure,
  { execution, observed }: Rerun,
): ReturnType<typeof explain> {
  const { columns } = lab.rules;
  return explain({
    violation,
    answers,
    observed,
    given: requiredOrders(execution, lab.setting.order),
    errors: errorsIn(execution.history),
    isGenerated: (table, column) => columns[table]?.[column] !== undefined,
  });
}

/** Undefined if no other schedule can be run to find it, or if an operation run alone gives no answer this time. */
async function pairOf(
  trial: Trial,
  { violation }: Failure,
  execution: LaneExecution,
  { evidence }: Pick<Explanation, 'evidence'>,
): Promise<Explanation['racingPair']> {
  if (violation.kind === 'specification' || violation.kind === 'unawaited') return undefined;
  try {
    return await racingPair(trial, execution, evidence);
  } catch (error) {
    // The violation stands without a pair.
    if (error instanceof NotAFunction || error instanceof EndlessOperation) return undefined;
    throw error;
  }
}

function errorsIn(history: History): Case['errors'] {
  return statementsIn(history).flatMap(({ session, operation, reply }) => {
    if (reply?.kind !== 'error') return [];
    const { sqlstate = '', constraint, message } = reply;
    return [{ ref: { session, operation }, sqlstate, constraint, message }];
  });
}

/** The orders that the order rule requires, besides dependencies. */
function requiredOrders({ spans }: LaneExecution, order: OrderRule): readonly RequiredOrder[] {
  if (order === 'free') return [];
  const all = spans.flatMap((list, session) =>
    list.map((span, operation) => ({ session, operation, ...span })),
  );
  return all.flatMap((from) =>
    all.flatMap((to): RequiredOrder[] => {
      const [a, b] = [refOf(from), refOf(to)];
      if (a.session === b.session)
        return a.operation < b.operation ? [{ kind: 'session', from: a, to: b }] : [];
      return order === 'real-time' && from.returned < to.invoked
        ? [{ kind: 'real time', from: a, to: b }]
        : [];
    }),
  );
}

function refOf({
  session,
  operation,
}: {
  readonly session: number;
  readonly operation: number;
}): RequiredOrder['from'] {
  return { session, operation };
}
