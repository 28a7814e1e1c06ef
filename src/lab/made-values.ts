/**
 * Which values the code under test made itself, seen in two executions that differ in them: a value that was sent before any
 * reply held it, or returned although no reply did. All others came from the database.
 */
import type { MadePlace } from '../core/made-place.ts';
import type { HistoryEvent } from '../core/history.ts';
import type { Scenario } from '../core/scenario.ts';

/** What is being compared when a value is met. */
export type Occasion = HistoryEvent | { readonly kind: 'table'; readonly table: string };

export class MadeValues {
  readonly #sessions: Scenario['sessions'];
  readonly #received = new Set<string>();
  /** The operation that made it, by value. */
  readonly #made = new Map<string, string>();
  /** Values that ended up in a table or a result. */
  readonly #ended = new Set<string>();
  readonly #places = new Map<string, MadePlace>();
  /** Whether replies had more rows than a history keeps, so that any value may have been received. */
  #cut = false;

  constructor({ sessions }: Scenario) {
    this.#sessions = sessions;
  }

  /** @param place as the namer calls it */
  meet(text: string, place: string, occasion: Occasion): void {
    switch (occasion.kind) {
      case 'free':
      case 'released':
        if (!this.#received.has(text) && !this.#made.has(text))
          this.#made.set(text, this.operationOf(occasion));
        return;
      case 'completed':
        this.#received.add(text);
        return;
      case 'returned': {
        const operation = this.operationOf(occasion);
        if (!this.#received.has(text) && !this.#cut && !this.#made.has(text)) this.#made.set(text, operation);
        return this.#end(text, { kind: 'result', operation });
      }
      case 'table': {
        const { table } = occasion;
        return this.#end(text, { kind: 'column', table, column: place.slice(table.length + 1) });
      }
      default:
    }
  }

  /** To be called with each event before its values are met. */
  begin(occasion: Occasion): void {
    if (occasion.kind !== 'completed' || occasion.reply.kind !== 'rows') return;
    const { columns, rows, rowCount } = occasion.reply;
    if (columns.length > 0 && rows.length < (rowCount ?? 0)) this.#cut = true;
  }

  get places(): readonly MadePlace[] {
    const elsewhere = [...this.#made].filter(([text]) => !this.#ended.has(text));
    return [
      ...this.#places.values(),
      ...elsewhere.map(([, operation]) => ({ kind: 'statement', operation }) as const),
    ];
  }

  operationOf({ session, operation }: { readonly session: number; readonly operation: number }): string {
    return this.#sessions[session]?.[operation]?.operation ?? '';
  }

  #end(text: string, place: MadePlace): void {
    if (!this.#made.has(text)) return;
    this.#ended.add(text);
    this.#places.set(JSON.stringify(place), place);
  }
}
