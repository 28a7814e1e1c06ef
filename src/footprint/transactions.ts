/** Which transaction each step of an execution belongs to, at which level, and what it had touched by then. */
import type { IsolationLevel } from '../core/isolation.ts';
import { statementKind } from '../driver/statement-kind.ts';

/** How a level takes snapshots and tracks conflicts; `unknown` is taken for all of them at once. */
export type Level = IsolationLevel | 'unknown';

export interface Transaction {
  /** The same in every execution: session, connection, and the how manieth transaction on it. */
  readonly key: string;
  level: Level;
  /** The step that took its snapshot. */
  snapshotAt: number | undefined;
}

const named = /\bisolation\s+level\s+(serializable|repeatable\s+read|read\s+(?:un)?committed)\b/i;
const speaksOfLevels = /\bisolation\b|\bcharacteristics\b|transaction_isolation/i;

/** Undefined where the text says nothing of levels. */
function levelIn(text: string): Level | undefined {
  if (!speaksOfLevels.test(text)) return undefined;
  if (/\bcharacteristics\b|transaction_isolation/i.test(text)) return 'unknown';
  const level = named.exec(text)?.[1]?.toLowerCase().replace(/\s+/g, ' ');
  if (level === undefined) return 'unknown';
  return level === 'read uncommitted' ? 'read committed' : (level as IsolationLevel);
}

/** Follows the transactions of one connection. */
export class Connection {
  readonly #name: string;
  readonly #isolation: IsolationLevel;
  #level: Level;
  #count = 0;
  #open: Transaction | undefined;

  constructor(name: string, isolation: IsolationLevel) {
    this.#name = name;
    this.#isolation = isolation;
    this.#level = isolation;
  }

  /** A statement that is no step: BEGIN and SET may name a level. */
  free(text: string): void {
    const level = levelIn(text);
    if (statementKind(text) === 'begin') this.#open = this.#begin(level ?? this.#level);
    else if (level !== undefined && /\bcharacteristics\b|transaction_isolation/i.test(text)) {
      this.#level = 'unknown';
      if (this.#open !== undefined) this.#open.level = 'unknown';
    } else if (level !== undefined && this.#open !== undefined) this.#open.level = level;
  }

  #begin(level: Level): Transaction {
    this.#count += 1;
    return { key: `${this.#name} ${this.#count}`, level, snapshotAt: undefined };
  }

  /** The transaction of a step; of an autocommit statement, one of its own. */
  step(text: string, openBefore: boolean): Transaction {
    if (!openBefore) this.#open = undefined;
    if (statementKind(text) === 'begin') this.free(text);
    const level = levelIn(text);
    if (level !== undefined && this.#open !== undefined) this.#open.level = level;
    if (!openBefore)
      return this.#open ?? this.#begin(this.#level === 'unknown' ? 'unknown' : this.#isolation);
    // BEGIN came in one message with other statements: what it said is not known.
    return (this.#open ??= this.#begin(this.#level === this.#isolation ? this.#isolation : 'unknown'));
  }
}
