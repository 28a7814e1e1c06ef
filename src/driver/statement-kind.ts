/**
 * Which statements are scheduling points. BEGIN and SAVEPOINT commute with everything (a snapshot is taken
 * by the first query, not by BEGIN), and so does setting a parameter: they go along with the session's
 * next step, except SET CONSTRAINTS, which runs deferred checks and may wait. This looks at the leading
 * keyword only, and when in doubt the statement is a step.
 */

const comments = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)+/;
const free = /^(?:savepoint|release|set(?!\s+constraints\b))\b[^;]*;?\s*$/i;
const begin = /^(?:begin|start\s+transaction)\b[^;]*;?\s*$/i;

const end = /^(?:commit|end|rollback|abort)(?:\s+(?:work|transaction))?\s*;?\s*$/i;

/** `end` is a step that ends the transaction, and so waits for nobody. */
export type StatementKind = 'begin' | 'free' | 'step' | 'end';

export function statementKind(text: string): StatementKind {
  const bare = text.replace(comments, '');
  if (begin.test(bare)) return 'begin';
  if (end.test(bare)) return 'end';
  return free.test(bare) ? 'free' : 'step';
}
