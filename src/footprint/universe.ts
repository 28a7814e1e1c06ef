/**
 * All rows and conditions that the steps of a scenario involve, as numbers, and which row meets which condition. The
 * database answers that: a condition from a plan is SQL, so it is evaluated as SQL over the rows. (Precision locking:
 * Jordan, Banerjee and Batman, SIGMOD 1981.)
 */
import type { RowSet, RowWrite } from '../core/footprint.ts';
import type { Evaluator } from './evaluator.ts';
import type { SchemaFacts } from './schema-facts.ts';

interface Row {
  /** As JSON text, canonical since Postgres makes it from jsonb. */
  readonly text: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Rows of one class are versions of one row, as far as is known: union-find. */
  parent: number;
}

interface Condition {
  /** All parts must hold; a part that cannot be evaluated over the row alone is left out, which only widens the condition. */
  readonly alias: string;
  readonly parts: readonly string[];
  /** By row: whether it meets the condition. */
  readonly met: boolean[];
}

interface Table {
  readonly name: string;
  readonly rows: Row[];
  readonly byText: Map<string, number>;
  readonly conditions: Condition[];
  readonly byCondition: Map<string, number | undefined>;
  /** By condition: classes of rows that meet it; emptied when a row or version is added. */
  classes: Map<number, ReadonlySet<number>>;
}

export class Universe {
  readonly facts: SchemaFacts;
  readonly #evaluator: Evaluator;
  /** Grows with every row, version and condition. */
  version = 0;
  readonly #tables = new Map<string, Table>();

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
    this.facts = evaluator.facts;
  }

  /** The number of a row; `text` is its jsonb text as Postgres prints it. */
  row(table: string, text: string): number {
    const entry = this.#table(table);
    const known = entry.byText.get(text);
    if (known !== undefined) return known;
    const number = entry.rows.length;
    entry.rows.push({ text, values: JSON.parse(text) as Row['values'], parent: number });
    entry.byText.set(text, number);
    entry.classes.clear();
    this.version += 1;
    return number;
  }

  /** Two versions of one row. */
  link(table: string, before: number, after: number): void {
    const entry = this.#table(table);
    const [a, b] = [rootOf(entry, before), rootOf(entry, after)];
    const row = entry.rows[b];
    if (a === b || row === undefined) return;
    row.parent = a;
    entry.classes.clear();
    this.version += 1;
  }

  /** The rows of a table that meet these conditions, as far as the conditions concern that table alone. */
  async set(table: string, alias: string, conditions: readonly string[]): Promise<RowSet> {
    const entry = this.#table(table);
    const key = JSON.stringify([alias, conditions]);
    if (!entry.byCondition.has(key)) {
      const parts: string[] = [];
      for (const part of conditions) if (await this.#evaluator.can(table, alias, part)) parts.push(part);
      let number: number | undefined;
      if (parts.length > 0) {
        number = entry.conditions.length;
        entry.conditions.push({ alias, parts, met: [] });
      }
      entry.byCondition.set(key, number);
      this.version += 1;
    }
    return { table, condition: entry.byCondition.get(key) };
  }

  /** Evaluates new rows and conditions; must be called before any question about them. */
  async settle(): Promise<void> {
    for (const table of this.#tables.values()) {
      for (const condition of table.conditions) {
        const fresh = table.rows.slice(condition.met.length).map((row) => row.text);
        if (fresh.length === 0) continue;
        const met = await this.#evaluator.met(table.name, condition.alias, condition.parts, fresh);
        condition.met.push(...met);
        table.classes.clear();
      }
    }
  }

  /** Whether a write changes which rows are in the set, or their contents. */
  affects(write: RowWrite, set: RowSet): boolean {
    const { table, before, after } = write;
    const { table: read, condition, presence } = set;
    if (table !== read) return false;
    if (condition === undefined) return true;
    if (presence === true && this.staysIn(write, set)) return false;
    const met = this.#tables.get(table)?.conditions[condition]?.met;
    return (before !== undefined && met?.[before] === true) || (after !== undefined && met?.[after] === true);
  }

  /** Whether a written row is in the set both before and after, so that the set keeps the same rows. */
  staysIn(write: RowWrite, set: RowSet): boolean {
    const met =
      set.condition === undefined ? undefined : this.#tables.get(set.table)?.conditions[set.condition]?.met;
    const { before, after } = write;
    return before !== undefined && after !== undefined && met?.[before] === true && met[after] === true;
  }

  /** The only row that can ever be in the set, as far as is known, if keys distinguish rows. */
  onlyRow({ table, condition }: RowSet): number | undefined {
    if (condition === undefined || this.facts.anyRowsConflict.has(table)) return undefined;
    if ((this.facts.wholeKeys.get(table) ?? []).length === 0) return undefined;
    const classes = this.classesOf(table, condition);
    const [only] = classes;
    return classes.size === 1 ? only : undefined;
  }

  /** Whether the write is to that row, in any version. */
  isVersionOf(write: RowWrite, row: number): boolean {
    return this.versionsOf(write).every((version) => version === row);
  }

  /** The written row; versions of one row have equal numbers. */
  versionsOf({ table, before, after }: RowWrite): readonly number[] {
    const entry = this.#table(table);
    return [before, after].flatMap((row) => (row === undefined ? [] : [rootOf(entry, row)]));
  }

  /** The rows that can be in the set, with one number for all versions of a row. */
  classesOf(table: string, condition: number): ReadonlySet<number> {
    const entry = this.#table(table);
    const known = entry.classes.get(condition);
    if (known !== undefined) return known;
    const classes = new Set<number>();
    entry.conditions[condition]?.met.forEach((met, row) => {
      if (met) classes.add(rootOf(entry, row));
    });
    entry.classes.set(condition, classes);
    return classes;
  }

  #table(name: string): Table {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = {
        name,
        rows: [],
        byText: new Map(),
        conditions: [],
        byCondition: new Map(),
        classes: new Map(),
      };
      this.#tables.set(name, table);
    }
    return table;
  }

  /** The row's values, for people. */
  valuesOf(table: string, row: number): Readonly<Record<string, unknown>> | undefined {
    return this.#tables.get(table)?.rows[row]?.values;
  }

  /** The condition as SQL, for people. */
  conditionText({ table, condition }: RowSet): string | undefined {
    if (condition === undefined) return undefined;
    return this.#tables.get(table)?.conditions[condition]?.parts.join(' and ');
  }
}

function rootOf(table: Table, row: number): number {
  let at = row;
  for (;;) {
    const parent = table.rows[at]?.parent ?? at;
    if (parent === at) return at;
    at = parent;
  }
}
