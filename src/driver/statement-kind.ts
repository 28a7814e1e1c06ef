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

const preparing = /\bprepare\s+transaction\b|\b(?:commit|rollback)\s+prepared\b/i;

/** Whether it takes part in a two-phase commit: its transaction outlives the statement that seems to end it. */
export function isTwoPhase(text: string): boolean {
  return preparing.test(text);
}

const savepointName = String.raw`((?:"[^"]*")+|[\w$\u0080-\uffff]+)`;
const setting = new RegExp(String.raw`^savepoint\s+${savepointName}`, 'i');
const returning = new RegExp(
  String.raw`^rollback\s+(?:(?:work|transaction)\s+)?to\s+(?:savepoint\s+)?${savepointName}`,
  'i',
);

/** The savepoint that the statement sets, by its name as Postgres knows it. */
export function savepointSetBy(text: string): string | undefined {
  return nameIn(setting.exec(text.replace(comments, '')));
}

/** The savepoint to which the statement goes back: what was done since is undone, and its locks are let go. */
export function savepointRestoredBy(text: string): string | undefined {
  return nameIn(returning.exec(text.replace(comments, '')));
}

function nameIn(match: RegExpExecArray | null): string | undefined {
  const name = match?.[1];
  return name?.startsWith('"') === true ? name.slice(1, -1).replaceAll('""', '"') : name?.toLowerCase();
}
