/** Follows the transactions of one connection: which one each statement belongs to, and at which level it runs. */
import { isEnd, type Transaction } from '../core/history.ts';
import type { IsolationLevel } from '../core/isolation.ts';
import type { StatementHead } from '../driver/statement-head.ts';

/** All its statements share the object: a statement after BEGIN may still set the level. */
type OpenTransaction = { -readonly [Key in keyof Transaction]: Transaction[Key] };

export class Transactions {
  /** The level of the next transaction that does not say its own. */
  #default: Transaction['level'];
  #count = 0;
  #open: OpenTransaction | undefined;
  /** The statement sent last names a level, and may have begun a transaction together with other statements. */
  #mayHideBegin = false;

  constructor(isolation: IsolationLevel) {
    this.#default = isolation;
  }

  /** @returns the transaction of the statement that is sent now */
  sent({ kind, level, setsDefaultLevel }: StatementHead, openBefore: boolean): Transaction {
    if (!openBefore) this.#open = undefined;
    this.#mayHideBegin = !openBefore && kind === 'step' && level !== undefined;
    if (kind === 'begin' && this.#open === undefined) return this.#begin(level ?? this.#default);
    if (kind === 'free' && setsDefaultLevel) this.#default = 'unknown';
    if (this.#open !== undefined && level !== undefined) this.#open.level = level;
    return this.#open ?? this.#begin(this.#default);
  }

  /** The reply to the statement that was sent last has come. */
  completed(head: StatementHead, openAfter: boolean): void {
    if (!openAfter) this.#open = undefined;
    else if (isEnd(head)) this.#begin(this.#open?.level ?? this.#default);
    else if (this.#mayHideBegin && this.#open !== undefined) this.#open.level = 'unknown';
  }

  #begin(level: Transaction['level']): Transaction {
    this.#count += 1;
    this.#open = { number: this.#count, level };
    return this.#open;
  }
}
