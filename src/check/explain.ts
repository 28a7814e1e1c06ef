/** Explains a counterexample: runs it once more, observed, and finds by experiment which two steps race. */
import type { AnomalyName, Explanation } from '../core/explanation.ts';
import type { History } from '../core/history.ts';
import { canonicalText } from '../core/plain.ts';
import type { DatabaseState } from '../core/state.ts';
import type { OrderRule } from '../core/verdict.ts';
import type { LaneExecution } from '../engine/lane.ts';
import type { RequiredOrder } from '../explain/cycles.ts';
import { explain, type Case } from '../explain/explain.ts';
import { NotAFunction } from '../oracle/learned.ts';
import { Replay } from '../strategy/replay.ts';
import type { Failure } from './explore.ts';
import { Lab, NeverEnds } from './lab.ts';
import { knowledgeOf, observedStatements, operationsByStep } from './observed-statements.ts';
import { racingPair } from './racing-pair.ts';

/**
 * @param observing a lab whose sessions are told what they touch, where there is one; it may be the same
 */
export async function explainFailure(lab: Lab, failure: Failure, observing: Lab): Promise<Explanation> {
  const { named, execution } = await nameAgain(failure, observing);
  return { ...named, racingPair: await pairOf(lab, failure, execution, named) };
}

/** The name alone, as far as this lab shows what statements touch. */
export async function nameFailure(lab: Lab, failure: Failure): Promise<AnomalyName> {
  const { named } = await nameAgain(failure, lab);
  return named.anomaly;
}

async function nameAgain(
  failure: Failure,
  lab: Lab,
): Promise<{ readonly named: ReturnType<typeof explain>; readonly execution: LaneExecution }> {
  const { violation, answers, scenario } = failure;
  const { observed, execution } = await observeAgain(lab, failure, await lab.start(scenario.rows));
  const columns = lab.rules.columns;
  const named = explain({
    violation,
    answers,
    observed,
    given: givenIn(execution, lab.setting.order),
    errors: errorsIn(execution.history),
    isGenerated: (table, column) => columns[table]?.[column] !== undefined,
  });
  return { named, execution };
}

/** Undefined where no other schedule can be run to find it, or where what is asked has no answer this time. */
async function pairOf(
  lab: Lab,
  { scenario, violation }: Failure,
  execution: LaneExecution,
  { evidence }: Pick<Explanation, 'evidence'>,
): Promise<Explanation['racingPair']> {
  if (violation.kind === 'specification' || violation.kind === 'unawaited') return undefined;
  try {
    return await racingPair(lab, scenario, await lab.start(scenario.rows), execution, evidence);
  } catch (error) {
    // The violation stands all the same.
    if (error instanceof NotAFunction || error instanceof NeverEnds) return undefined;
    throw error;
  }
}

/** Nothing is observed where the engine does not tell, or where the run was another one this time. */
async function observeAgain(
  lab: Lab,
  { scenario, schedule, answers }: Failure,
  start: DatabaseState,
): Promise<{ readonly observed: Case['observed']; readonly execution: LaneExecution }> {
  const universe = await lab.lane.universe(start);
  const knowledge = universe === undefined ? undefined : knowledgeOf(universe, start, lab.rules.columns);
  const replay = new Replay(schedule, 'lenient');
  const execution = await lab.run(scenario, start, (point) => replay.choose(point));
  const same = canonicalText(execution.answers.map(kinds)) === canonicalText(answers.map(kinds));
  if (universe === undefined || knowledge === undefined || !same) return { observed: undefined, execution };
  const statements = await observedStatements(execution, universe, lab.setting.isolation);
  return { observed: { statements, knowledge }, execution };
}

function errorsIn(history: History): Case['errors'] {
  const refs = operationsByStep(history);
  return history.flatMap((event) => {
    const ref = event.kind === 'completed' ? refs.get(event.step) : undefined;
    if (event.kind !== 'completed' || event.reply.kind !== 'error' || ref === undefined) return [];
    const { sqlstate = '', constraint, message } = event.reply;
    return [{ ref, sqlstate, constraint, message }];
  });
}

/** Generated values may differ from run to run. */
function kinds(answers: LaneExecution['answers'][number]): readonly string[] {
  return answers.map((answer) =>
    answer.kind === 'failed' ? `${answer.name} ${answer.sqlstate}` : 'returned',
  );
}

/** Orders that every explanation must keep, besides dependencies. */
function givenIn({ spans }: LaneExecution, order: OrderRule): readonly RequiredOrder[] {
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
