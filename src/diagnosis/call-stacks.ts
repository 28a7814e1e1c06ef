/**
 * Remembers the stack from which each statement was sent, to find the lines of the code under test. Stacks would slow a
 * search down, so only a run after the search takes them.
 */
import type { History } from '../core/history.ts';
import type { StatementLocation } from '../core/result.ts';
import type { StatementWatcher } from '../engine/execution-setup.ts';
import { callSiteOf, currentStack } from './call-site.ts';

type HeldStatement = Parameters<StatementWatcher['held']>[0];

export class CallStacks implements StatementWatcher {
  readonly #byStep = new Map<number, { readonly text: string; readonly stack: string }>();
  readonly #held = new Map<HeldStatement, string>();

  held(statement: HeldStatement): void {
    this.#held.set(statement, currentStack());
  }

  released(statement: HeldStatement, step: number): void {
    this.#byStep.set(step, { text: statement.text, stack: this.#held.get(statement) ?? '' });
  }

  /**
   * One location for each step of the history, if it is known: a statement that a pool sends once a connection is free has
   * no caller on the stack.
   */
  locations(history: History): readonly StatementLocation[] {
    return history.flatMap((event) => {
      if (event.kind !== 'released') return [];
      const found = this.#byStep.get(event.step);
      if (found === undefined || found.text !== event.statement.text) return [];
      const site = callSiteOf(found.stack);
      return site === undefined ? [] : [{ step: event.step, ...site }];
    });
  }
}
