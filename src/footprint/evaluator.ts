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

  async #ask(
    table: string,
    alias: string,
    conditions: readonly string[],
    rows: readonly string[],
  ): Promise<readonly boolean[]> {
    const [schema, name] = table.includes('.') ? table.split('.') : ['public', table];
    const type = `${pg.escapeIdentifier(schema ?? '')}.${pg.escapeIdentifier(name ?? '')}`;
    const { rows: results } = await this.#admin.query<{ met: boolean }>(
      `select coalesce(${conditions.join(' and ')}, false) as met
         from jsonb_populate_recordset(null::${type}, $1::jsonb) as ${pg.escapeIdentifier(alias)}`,
      [`[${rows.join()}]`],
    );
    if (results.length !== rows.length)
      throw new Error(`a condition on ${table} gave no answer for some rows`);
    return results.map(({ met }) => met);
  }
}
