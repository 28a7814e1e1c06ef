/**
 * What the head of a statement says about its transaction: the one place that reads BEGIN, COMMIT, ROLLBACK, SAVEPOINT
 * and isolation levels from SQL text. When in doubt the statement is a step.
 *
 * BEGIN and SAVEPOINT commute with everything (a snapshot is taken by the first query, not by BEGIN), and so does
 * setting a parameter; not SET CONSTRAINTS, which runs deferred checks and may wait.
 */
import type { Savepoint, StatementKind, Transaction } from '../core/history.ts';
import type { IsolationLevel } from '../core/isolation.ts';

export interface StatementHead {
  readonly kind: StatementKind;
  readonly savepoint: Savepoint | undefined;
  /** The isolation level that it names, if it mentions levels at all. */
  readonly level: Transaction['level'] | undefined;
  /** Whether that level may hold for later transactions, too. */
  readonly setsDefaultLevel: boolean;
}

const comments = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)+/;
const begin = /^(?:begin|start\s+transaction)\b[^;]*;?\s*$/i;
const free = /^(?:savepoint|release|set(?!\s+constraints\b))\b[^;]*;?\s*$/i;
const end =
  /^(?:(commit|end)|rollback|abort)(?:\s+(?:work|transaction))?(?:\s+and\s+(?:no\s+)?chain)?\s*;?\s*$/i;
/** Looked for in the whole text, since a message of several statements may hold it. */
const twoPhase = /\bprepare\s+transaction\b|\b(?:commit|rollback)\s+prepared\b/i;

const savepointName = String.raw`((?:"[^"]*")+|[\w$\u0080-\uffff]+)`;
const setting = new RegExp(String.raw`^savepoint\s+${savepointName}`, 'i');
const restoring = new RegExp(
  String.raw`^rollback\s+(?:(?:work|transaction)\s+)?to\s+(?:savepoint\s+)?${savepointName}`,
  'i',
);

const mentionsLevel = /\bisolation\b|\bcharacteristics\b|transaction_isolation/i;
const mentionsDefault = /\bcharacteristics\b|transaction_isolation/i;
const named = /\bisolation\s+level\s+(serializable|repeatable\s+read|read\s+(?:un)?committed)\b/i;

export function headOf(text: string): StatementHead {
  const bare = text.replace(comments, '');
  const level = levelIn(text);
  return {
    kind: kindOf(bare),
    savepoint: savepointIn(bare),
    level,
    setsDefaultLevel: level !== undefined && mentionsDefault.test(text),
  };
}

function kindOf(bare: string): StatementKind {
  if (begin.test(bare)) return 'begin';
  if (free.test(bare)) return 'free';
  const ending = end.exec(bare);
  if (ending !== null) return ending[1] === undefined ? 'rollback' : 'commit';
  return twoPhase.test(bare) ? 'two-phase' : 'step';
}

function savepointIn(bare: string): Savepoint | undefined {
  const set = setting.exec(bare)?.[1];
  if (set !== undefined) return { set: nameOf(set) };
  const restored = restoring.exec(bare)?.[1];
  return restored === undefined ? undefined : { restored: nameOf(restored) };
}

function nameOf(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
}

/** `unknown` if it mentions levels in another way than for its own transaction. */
function levelIn(text: string): StatementHead['level'] {
  if (!mentionsLevel.test(text)) return undefined;
  if (mentionsDefault.test(text)) return 'unknown';
  const level = named.exec(text)?.[1]?.toLowerCase().replace(/\s+/g, ' ');
  if (level === undefined) return 'unknown';
  return level === 'read uncommitted' ? 'read committed' : (level as IsolationLevel);
}
