/**
 * The decisions and statements of a history: without the values, which a clock or a random generator may have made, and
 * without waits outside the database, which say how long something took.
 */
import type { CheckResult } from '../../src/index.ts';

type History = NonNullable<CheckResult['counterexample']>['history'];

export function stepsOf(history: History | undefined): readonly string[] {
  return (history ?? []).flatMap((event) => {
    if (event.kind === 'outside') return [];
    const text = 'statement' in event ? event.statement.text : '';
    return [event.kind, 'session' in event ? event.session : '', text].join(' ');
  });
}
