/**
 * An outcome as rows with names: its answers and tables, with every generated value replaced by a number. Two executions
 * of the same thing are compared side by side, and each difference is a name (see `text-pair.ts`).
 *
 * A name has no meaning of its own: two outcomes are the same if a one-to-one renaming turns the rows of one into the rows
 * of the other. Clock readings are not even names: any of them may stand for any other, since a clock may tick or stand
 * still between two readings.
 */
import type { Answer, Call } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { DatabaseState, TableRows } from '../core/state.ts';
import type { OperationRef } from '../core/verdict.ts';
import {
  declaredNames,
  withMadeColumns,
  type GeneratedColumns,
  type NamingRules,
} from './generated-columns.ts';
import { Numbering } from './numbering.ts';
import { Places } from './places.ts';
import { columnPlace, readTable } from './table-pair.ts';
import { clock, none, readPair, type Name, type Part, type Reading } from './text-pair.ts';
import { Uncontrolled } from './uncontrolled.ts';
import { byKey, comparable, dateText, entriesOf, kindOf } from './values.ts';

/** Rows of one shape agree in everything but their names. */
export interface NamedRow {
  readonly shape: string;
  readonly names: readonly number[];
}

/** Every part of an outcome that is compared, with names for its generated values. */
export interface NamedOutcome {
  readonly answers: readonly { readonly ref: OperationRef; readonly rows: readonly NamedRow[] }[];
  readonly tables: readonly { readonly table: string; readonly rows: readonly NamedRow[] }[];
}

interface Draft {
  readonly shape: string[];
  readonly names: number[];
}

/** What two executions of the same thing had in common, and what is to be done with each name. */
export interface NamingContext extends Pick<Reading, 'fixed' | 'spans'> {
  /** Called with each name and its place, as often as it occurs. */
  readonly met?: (name: Name, place: string) => void;
}

/** Names the generated values of one outcome, consistently across its answers and tables. */
export class Namer {
  readonly #columns: GeneratedColumns;
  readonly #reading: Omit<Reading, 'place'>;
  readonly #met: NamingContext['met'];
  readonly #numbering = new Numbering();

  /** @param states both final states, which supply the values of generated columns */
  constructor(
    { columns, shifts, places = new Places() }: NamingRules,
    { fixed, spans, met }: NamingContext,
    states: readonly [DatabaseState, DatabaseState],
  ) {
    const reading = { fixed, spans, shifts, places };
    this.#columns = withMadeColumns(columns, states);
    this.#met = met;
    this.#reading = { ...reading, declared: declaredNames(this.#columns, states, reading) };
  }

  /** @throws Uncontrolled */
  answer(
    { session, operation }: OperationRef,
    call: Call | undefined,
    one: Answer,
    two: Answer,
  ): readonly NamedRow[] {
    const place = resultPlace(call?.operation ?? '');
    return this.value(`answer ${session}.${operation}`, comparable(one), comparable(two), place);
  }

  /**
   * @param place what its parts are parts of. Default: the label
   * @throws Uncontrolled
   */
  value(label: string, one: unknown, two: unknown, place: string = label): readonly NamedRow[] {
    const rows: NamedRow[] = [];
    const draft: Draft = { shape: [label], names: [] };
    this.#value(draft, one, two, rows, place);
    return [...rows, finished(draft)];
  }

  /** @throws Uncontrolled */
  table(name: string, one: DatabaseState, two: DatabaseState): readonly NamedRow[] {
    const tableIn = ({ tables }: DatabaseState): TableRows => tables[name] ?? { columns: [], rows: [] };
    const pair = { name, one: tableIn(one), two: tableIn(two), generations: this.#columns[name] ?? {} };
    return readTable(pair, this.#reading).map((cells) => {
      const draft: Draft = { shape: [`table ${name}`], names: [] };
      cells.forEach((parts, at) => this.#parts(draft, parts, columnPlace(name, pair.one.columns[at] ?? '')));
      return finished(draft);
    });
  }

  #value(draft: Draft, one: unknown, two: unknown, rows: NamedRow[], place: string): void {
    const kind = kindOf(one);
    if (kind !== kindOf(two)) throw new Uncontrolled(one, two);
    draft.shape.push(kind);
    switch (kind) {
      case 'text':
      case 'number':
      case 'bigint':
        return this.#text(draft, String(one), String(two), place);
      case 'date':
        return this.#text(draft, dateText(one as Date), dateText(two as Date), place);
      case 'bytes': {
        const [a, b] = [one, two].map((bytes) => Buffer.from(bytes as Uint8Array).toString('hex'));
        return this.#parts(draft, a === b ? [a ?? ''] : [{ text: a ?? '', twin: b ?? '' }], place);
      }
      case 'list': {
        const [a, b] = [one as readonly unknown[], two as readonly unknown[]];
        if (a.length !== b.length) throw new Uncontrolled(a, b);
        draft.shape.push(String(a.length));
        a.forEach((item, index) => this.#value(draft, item, b[index], rows, place));
        return;
      }
      case 'object':
        return this.#object(draft, one as object, two as object, rows, place);
      default:
        if (canonicalText(one) !== canonicalText(two)) throw new Uncontrolled(one, two);
        draft.shape.push(canonicalText(one));
    }
  }

  /** Keys may be generated too (an object indexed by id); then each entry is a row of its own, in no order. */
  #object(draft: Draft, one: object, two: object, rows: NamedRow[], place: string): void {
    const a = entriesOf(one);
    const b = entriesOf(two);
    if (a.length !== b.length) throw new Uncontrolled(one, two);
    const sorted = [...a].sort(byKey);
    const others = new Map(b);
    draft.shape.push(String(a.length));
    if (sorted.every(([key]) => others.has(key))) {
      for (const [key, item] of sorted) {
        draft.shape.push(JSON.stringify(key));
        this.#value(draft, item, others.get(key), rows, `${place}.${key}`);
      }
      return;
    }
    const container = this.#numbering.next();
    draft.shape.push('by generated keys');
    draft.names.push(container);
    a.forEach(([key, item], index) => {
      const [otherKey, other] = b[index] ?? ['', undefined];
      const entry: Draft = { shape: [...draft.shape, 'entry'], names: [container] };
      this.#text(entry, key, otherKey, place);
      this.#value(entry, item, other, rows, place);
      rows.push(finished(entry));
    });
  }

  #text(draft: Draft, one: string, two: string, place: string): void {
    const parts = readPair(one, two, { ...this.#reading, place });
    if (parts === undefined) throw new Uncontrolled(one, two);
    this.#parts(draft, parts, place);
  }

  #parts(draft: Draft, parts: readonly Part[], place: string): void {
    for (const part of parts) {
      if (part === none) draft.shape.push('null');
      else if (typeof part === 'string') draft.shape.push(JSON.stringify(part));
      else if (part === clock) draft.shape.push('clock');
      else {
        draft.shape.push('name');
        draft.names.push(this.#numbering.numberOf(part));
        this.#met?.(part, place);
      }
    }
  }
}

/** What an operation returns, or how it fails. */
export function resultPlace(operation: string): string {
  return `result of ${operation}`;
}

function finished({ shape, names }: Draft): NamedRow {
  return { shape: shape.join(' '), names };
}
