/**
 * Finds the lines of the code under test that sent a counterexample's statements. A stack for every statement would
 * slow the search down, so the schedule is run once more for it.
 */
import type { StatementLocation } from '../core/result.ts';
import type { StatementTrace } from '../engine/plan.ts';
import { Replay } from '../strategy/replay.ts';
import { callSiteOf, currentStack } from './call-site.ts';
import type { Failure } from './explore.ts';
import type { Lab } from './lab.ts';

type HeldStatement = Parameters<StatementTrace['held']>[0];

class Stacks implements StatementTrace {
  readonly byStep = new Map<number, { readonly text: string; readonly stack: string }>();
  readonly #held = new Map<HeldStatement, string>();

  held(statement: HeldStatement): void {
    this.#held.set(statement, currentStack());
  }

  released(statement: HeldStatement, step: number): void {
    this.byStep.set(step, { text: statement.text, stack: this.#held.get(statement) ?? '' });
  }
}

/**
 * One location for each step that is known to have been sent from one: a statement that a pool sends when a
 * connection has become free has no caller on the stack.
 */
export async function locate(
  lab: Lab,
  { scenario, schedule, history }: Pick<Failure, 'scenario' | 'schedule' | 'history'>,
): Promise<readonly StatementLocation[]> {
  const stacks = new Stacks();
  const replay = new Replay(schedule, 'lenient');
  lab.keepAlive(true);
  const start = await lab.start(scenario.rows);
  await lab.run(scenario, start, (point) => replay.choose(point), { trace: stacks });
  return history.flatMap((event) => {
    if (event.kind !== 'released') return [];
    const found = stacks.byStep.get(event.step);
    if (found === undefined || found.text !== event.statement.text) return [];
    const site = callSiteOf(found.stack);
    return site === undefined ? [] : [{ step: event.step, ...site }];
  });
}
