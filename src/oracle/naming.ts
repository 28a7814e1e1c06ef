/**
 * An outcome as rows with names: its answers and tables, with every generated value replaced by a number. Two executions
 * of the same thing are compared side by side, and each difference is a name (see `tokens.ts`).
 *
 * A name has no meaning of its own: two outcomes are the same if a one-to-one renaming turns the rows of one into the rows
 * of the other. Clock readings are not even names: any of them may stand for any other, since a clock may tick or stand
 * still between two readings.
 */
import type { Answer, Call } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import type { DatabaseState, TableRows } from '../core/state.ts';
import type { OperationRef } from '../core/verdict.ts';
import { byKey, comparable, dateText, entriesOf, kindOf } from './values.ts';
import { clock, none, readPair, type Part, type Reading } from './tokens.ts';

/**
 * How values of a column are generated. `counted` values come from a sequence that cannot be moved, so they are the same in
 * every execution. `random` values never repeat, `drawn` values may, and a `lot` comes from too few values to name
 * anything.
 */
export type Generation = 'sequence' | 'counted' | 'random' | 'drawn' | 'lot' | 'clock';

/** Which columns hold generated values, by table, then column. */
export type GeneratedColumns = Readonly<Record<string, Readonly<Record<string, Generation | undefined>>>>;

export interface NamingRules {
  /** How far sequences are moved for a second execution. */
  readonly shifts: readonly bigint[];
  readonly columns: GeneratedColumns;
}

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

/** Two executions of the same thing differ in something other than generated values. */
export class Uncontrolled extends Error {
  override readonly name = 'Uncontrolled';
  readonly first: string;
  readonly second: string;
  /** The operation that gave first one and then the other when run alone; undefined if a whole schedule did. */
  readonly call: Call | undefined;

  constructor(first: unknown, second: unknown, call?: Call) {
    super('two executions of the same thing differ');
    this.first = typeof first === 'string' ? first : canonicalText(first);
    this.second = typeof second === 'string' ? second : canonicalText(second);
    this.call = call;
  }
}

interface Draft {
  readonly shape: string[];
  readonly names: number[];
}

/** Names the generated values of one outcome, consistently across its answers and tables. */
export class Namer {
  readonly #rules: NamingRules;
  readonly #reading: Reading;
  readonly #declared = new Map<string, string>();
  readonly #numbers = new Map<string, number>();
  readonly #twins = new Map<string, string>();
  readonly #backwards = new Map<string, string>();
  #size = 0;

  /** @param states both final states, which supply the values of generated columns */
  constructor(
    rules: NamingRules,
    reading: Omit<Reading, 'declared' | 'shifts'>,
    states: readonly [DatabaseState, DatabaseState],
  ) {
    this.#rules = rules;
    this.#reading = { ...reading, shifts: rules.shifts, declared: this.#declared };
    for (const [table, { columns, rows }] of Object.entries(states[0].tables)) {
      columns.forEach((column, index) => {
        const kind = rules.columns[table]?.[column];
        if (kind !== 'random' && kind !== 'drawn' && kind !== 'counted') return;
        rows.forEach((row, at) =>
          this.#declare(kind, row[index], states[1].tables[table]?.rows[at]?.[index]),
        );
      });
    }
  }

  /** A value from a generated column is a name wherever else it occurs. */
  #declare(kind: Generation, one: string | null | undefined, two: string | null | undefined): void {
    if (one === null || one === undefined || two === null || two === undefined) return;
    if (this.#reading.fixed.has(one)) return;
    const isName = one === two ? kind === 'counted' : readPair(one, two, this.#reading) === undefined;
    if (isName) this.#declared.set(one, two);
  }

  /** @throws Uncontrolled */
  answer({ session, operation }: OperationRef, one: Answer, two: Answer): readonly NamedRow[] {
    const rows: NamedRow[] = [];
    const draft: Draft = { shape: [`answer ${session}.${operation}`], names: [] };
    this.#value(draft, comparable(one), comparable(two), rows);
    return [...rows, finished(draft)];
  }

  /** @throws Uncontrolled */
  value(label: string, one: unknown, two: unknown): readonly NamedRow[] {
    const rows: NamedRow[] = [];
    const draft: Draft = { shape: [label], names: [] };
    this.#value(draft, one, two, rows);
    return [...rows, finished(draft)];
  }

  /** @throws Uncontrolled */
  table(name: string, one: DatabaseState, two: DatabaseState): readonly NamedRow[] {
    const { columns, rows } = one.tables[name] ?? { columns: [], rows: [] };
    const others = two.tables[name]?.rows ?? [];
    if (rows.length !== others.length) {
      throw new Uncontrolled(`${rows.length} rows in ${name}`, `${others.length} rows in ${name}`);
    }
    return this.#paired(name, columns, rows, others).map((cells) => {
      const draft: Draft = { shape: [`table ${name}`], names: [] };
      for (const parts of cells) this.#parts(draft, parts);
      return finished(draft);
    });
  }

  /** Rows are in the same order in both executions, unless sessions that waited together went on in a different order. */
  #paired(
    table: string,
    columns: readonly string[],
    rows: TableRows['rows'],
    others: TableRows['rows'],
  ): readonly (readonly (readonly Part[])[])[] {
    const left = [...others];
    return rows.map((row) => {
      let found: readonly (readonly Part[])[] | undefined;
      const at = left.findIndex((other) => (found = this.#cells(table, columns, row, other)) !== undefined);
      if (found === undefined) throw new Uncontrolled(rowText(table, row), rowText(table, left[0] ?? []));
      left.splice(at, 1);
      return found;
    });
  }

  #cells(
    table: string,
    columns: readonly string[],
    row: readonly (string | null)[],
    other: readonly (string | null)[],
  ): readonly (readonly Part[])[] | undefined {
    const cells: (readonly Part[])[] = [];
    for (const [at, column] of columns.entries()) {
      const parts = this.#cell(this.#rules.columns[table]?.[column], row[at] ?? null, other[at] ?? null);
      if (parts === undefined) return undefined;
      cells.push(parts);
    }
    return cells;
  }

  #cell(kind: Generation | undefined, one: string | null, two: string | null): readonly Part[] | undefined {
    if (one === null || two === null) return one === two ? [none] : undefined;
    const isFixed = this.#reading.fixed.has(one);
    if (kind === 'lot' && !isFixed) return [clock];
    if (kind === 'drawn' && one === two && !isFixed) return [{ text: one, twin: two }];
    const parts = readPair(one, two, this.#reading);
    if (parts !== undefined || kind === undefined) return parts;
    return kind === 'clock' ? [clock] : [{ text: one, twin: two }];
  }

  #value(draft: Draft, one: unknown, two: unknown, rows: NamedRow[]): void {
    const kind = kindOf(one);
    if (kind !== kindOf(two)) throw new Uncontrolled(one, two);
    draft.shape.push(kind);
    switch (kind) {
      case 'text':
      case 'number':
      case 'bigint':
        return this.#text(draft, String(one), String(two));
      case 'date':
        return this.#text(draft, dateText(one as Date), dateText(two as Date));
      case 'bytes': {
        const [a, b] = [one, two].map((bytes) => Buffer.from(bytes as Uint8Array).toString('hex'));
        return this.#parts(draft, a === b ? [a ?? ''] : [{ text: a ?? '', twin: b ?? '' }]);
      }
      case 'list': {
        const [a, b] = [one as readonly unknown[], two as readonly unknown[]];
        if (a.length !== b.length) throw new Uncontrolled(a, b);
        draft.shape.push(String(a.length));
        a.forEach((item, index) => this.#value(draft, item, b[index], rows));
        return;
      }
      case 'object':
        return this.#object(draft, one as object, two as object, rows);
      default:
        if (canonicalText(one) !== canonicalText(two)) throw new Uncontrolled(one, two);
        draft.shape.push(canonicalText(one));
    }
  }

  /** Keys may be generated too (an object indexed by id); then each entry is a row of its own, in no order. */
  #object(draft: Draft, one: object, two: object, rows: NamedRow[]): void {
    const a = entriesOf(one);
    const b = entriesOf(two);
    if (a.length !== b.length) throw new Uncontrolled(one, two);
    const sorted = [...a].sort(byKey);
    const others = new Map(b);
    draft.shape.push(String(a.length));
    if (sorted.every(([key]) => others.has(key))) {
      for (const [key, item] of sorted) {
        draft.shape.push(JSON.stringify(key));
        this.#value(draft, item, others.get(key), rows);
      }
      return;
    }
    const container = (this.#size += 1) - 1;
    draft.shape.push('by generated keys');
    draft.names.push(container);
    a.forEach(([key, item], index) => {
      const [otherKey, other] = b[index] ?? ['', undefined];
      const entry: Draft = { shape: [...draft.shape, 'entry'], names: [container] };
      this.#text(entry, key, otherKey);
      this.#value(entry, item, other, rows);
      rows.push(finished(entry));
    });
  }

  #text(draft: Draft, one: string, two: string): void {
    const parts = readPair(one, two, this.#reading);
    if (parts === undefined) throw new Uncontrolled(one, two);
    this.#parts(draft, parts);
  }

  #parts(draft: Draft, parts: readonly Part[]): void {
    for (const part of parts) {
      if (part === none) draft.shape.push('null');
      else if (typeof part === 'string') draft.shape.push(JSON.stringify(part));
      else if (part === clock) draft.shape.push('clock');
      else {
        draft.shape.push('name');
        draft.names.push(this.#number(part.text, part.twin));
      }
    }
  }

  #number(text: string, twin: string): number {
    // Two sequences may give the same number; every other generated value is unique.
    if (!/^\d+$/.test(text)) {
      const known = this.#twins.get(text) ?? twin;
      const back = this.#backwards.get(twin) ?? text;
      if (known !== twin || back !== text)
        throw new Uncontrolled(`${text}, then ${twin}`, `${back}, then ${known}`);
      this.#twins.set(text, twin);
      this.#backwards.set(twin, text);
    }
    const key = `${text} ${twin}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#size++;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

function rowText(table: string, row: readonly (string | null)[]): string {
  return `${table} (${row.map((value) => value ?? 'null').join(', ')})`;
}

function finished({ shape, names }: Draft): NamedRow {
  return { shape: shape.join(' '), names };
}
