/**
 * Lets Postgres evaluate conditions over rows and remembers the answers: the same rows and conditions come up in one
 * scenario after another.
 */
import pg from 'pg';
import type { SchemaFacts } from './schema-facts.ts';

/** The most answers that are remembered. */
const maxAnswers = 200_000;

/** Values of the clock, the session or parameters would differ if they were evaluated here and now. */
const dependsOnMore =
  /\$\d|\b(?:CURRENT|SESSION|LOCAL)_?\w*|\b(?:SubPlan|InitPlan)\b|\bctid\b|\bxmin\b|\bxmax\b/;
const call = /([a-z_][a-z0-9_$]*)\(/g;
/** A column compared with constants of types whose comparison no setting changes. Other conditions are tried. */
const settled =
  /^\((?:"?[\w$]+"?\.)?"?[\w$]+"? (?:IS (?:NOT )?NULL|(?:=|<>|<=?|>=?) (?:ANY \()?(?:-?\d+(?:\.\d+)?|'[^']*'::(?:bigint|integer|smallint|numeric|text|bpchar|uuid|boolean)(?:\[\])?)\)?)\)$/;
/** Constants as other settings of DateStyle and IntervalStyle print them: they would be read as something else. */
const foreignDate = /\d\d[./-]\d\d[./-]\d{4}|[A-Z][a-z]{2}/;
const foreignInterval = /^[-+]?\d+(?:-| [-+]?\d)/;
const constant = /'((?:[^']|'')*)'::"?([\w ]+)/g;
const immutable = 'LS001';

export class Evaluator {
  readonly facts: SchemaFacts;
  readonly #admin: pg.Client;
  readonly #possible = new Map<string, boolean>();
  readonly #answers = new Map<string, Map<string, boolean>>();
  #count = 0;

  constructor(admin: pg.Client, facts: SchemaFacts) {
    this.#admin = admin;
    this.facts = facts;
  }

  /** Whether the condition can be evaluated over a row of this table alone, with the same answer at any time. */
  async can(table: string, alias: string, condition: string): Promise<boolean> {
    const key = `${table} ${alias} ${condition}`;
    let possible = this.#possible.get(key);
    if (possible === undefined) {
      const calls = [...condition.matchAll(call)];
      possible =
        !dependsOnMore.test(condition) &&
        calls.every(([, name = '']) => this.facts.isImmutable(name)) &&
        readsAnywhere(condition) &&
        (settled.test(condition) || (await this.#isImmutable(table, alias, condition))) &&
        (await this.#ask(table, alias, [condition], []).then(
          () => true,
          () => false,
        ));
      this.#possible.set(key, possible);
    }
    return possible;
  }

  /** For each row (jsonb as text), whether it meets all of the conditions. */
  async met(
    table: string,
    alias: string,
    conditions: readonly string[],
    rows: readonly string[],
  ): Promise<readonly boolean[]> {
    if (this.#count > maxAnswers) {
      this.#answers.clear();
      this.#count = 0;
    }
    const key = JSON.stringify([table, alias, conditions]);
    const known = this.#answers.get(key) ?? new Map<string, boolean>();
    this.#answers.set(key, known);
    const fresh = rows.filter((row) => !known.has(row));
    if (fresh.length > 0) {
      // Some rows cannot be read back from JSON (a type with a JSON form of its own): they may meet it.
      const met = await this.#ask(table, alias, conditions, fresh).catch(() => []);
      fresh.forEach((row, index) => known.set(row, met[index] ?? true));
      this.#count += fresh.length;
    }
    return rows.map((row) => known.get(row) ?? true);
  }

  /**
   * Whether settings of the session (the time zone, say) have no part in the answer: only then may it be the predicate of an
   * index. The index is never made: an error takes it all back.
   */
  async #isImmutable(table: string, alias: string, condition: string): Promise<boolean> {
    const name = pg.escapeIdentifier(alias);
    const error = await this.#admin
      .query(
        `do $lockstep$ begin
           create temporary table ${name} (like ${sqlOf(table)});
           create index on pg_temp.${name} ((1)) where ${condition};
           raise exception sqlstate '${immutable}';
         end $lockstep$`,
      )
      .catch((thrown: unknown) => thrown as { readonly code?: string });
    return 'code' in error && error.code === immutable;
  }

  async #ask(
    table: string,
    alias: string,
    conditions: readonly string[],
    rows: readonly string[],
  ): Promise<readonly boolean[]> {
    const { rows: results } = await this.#admin.query<{ met: boolean }>(
      `select coalesce(${conditions.join(' and ')}, false) as met
         from jsonb_populate_recordset(null::${sqlOf(table)}, $1::jsonb) as ${pg.escapeIdentifier(alias)}`,
      [`[${rows.join()}]`],
    );
    if (results.length !== rows.length)
      throw new Error(`a condition on ${table} gave no answer for some rows`);
    return results.map(({ met }) => met);
  }
}

function sqlOf(table: string): string {
  const [schema = '', name = ''] = table.includes('.') ? table.split('.') : ['public', table];
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
}

/** Whether its constants mean the same under any settings of dates and times. */
function readsAnywhere(condition: string): boolean {
  return [...condition.matchAll(constant)].every(([, text = '', type = '']) => {
    if (type.startsWith('interval')) return !foreignInterval.test(text);
    return !/date|time|^ts/.test(type) || !foreignDate.test(text);
  });
}
