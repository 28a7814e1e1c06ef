/** A draft is a unit in the making. */
import type { StatementKind } from '../core/history.ts';
import { headOf } from '../driver/statement-head.ts';
import type { Unit } from './unit.ts';

/** Spaces, semicolons and comments. */
const nothing = /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*$/;
const free: ReadonlySet<string> = new Set<StatementKind>(['begin', 'free']);

export class Draft implements Unit {
  kind: Unit['kind'] = 'preparation';
  readonly messages: Buffer[] = [];
  text = '';
  readonly values: unknown[] = [];
  answers: number | 'ready' = 'ready';
  closes = 0;
  /** Whether it executes all of a portal without a name. */
  leavesPortal = false;
  extended = true;
  endsCopy = false;
  formats: readonly number[] = [];
  readonly uses: Map<string, Buffer> = new Map();
  readonly parses: string[] = [];
  ran: string | undefined;
  readonly describes: (string | undefined)[] = [];
  /**
   * Whether it has run one statement that is no decision (JDBC sends BEGIN along with the first statement of a transaction):
   * what comes next is a unit of its own, as it is if the client waits in between.
   */
  isFree = false;

  runs(text: string): void {
    // By an empty one a pool asks whether its connection still stands, once that was idle for a time.
    if (nothing.test(text)) return;
    this.isFree = this.kind !== 'statement' && free.has(headOf(text).kind);
    this.text = this.kind === 'statement' ? `${this.text}; ${text}` : text;
    this.kind = 'statement';
  }
}
