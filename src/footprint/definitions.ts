/**
 * Statements that define things. What an operation does to temporary tables concerns its own connection alone. Any other
 * definition concerns everybody; one that may change a table, or what happens when its rows are written, also makes later
 * evidence incomplete: a table that was made again does not report its rows, nor does one that is written as by a replica.
 */
import type { SentStatement } from '../core/sent-statements.ts';

export const comments: RegExp = /\/\*[\s\S]*?\*\/|--[^\n]*/g;
const name = String.raw`("(?:[^"]|"")+"|[a-z_\u0080-\uffff][\w$\u0080-\uffff]*)`;
const inTemporary = String.raw`(?:pg_temp\s*\.\s*)?`;

const makes = new RegExp(
  String.raw`^create\s+(?:or\s+replace\s+)?(?:(?:global|local)\s+)?temp(?:orary)?\s+(table|view|sequence)\s+(?:if\s+not\s+exists\s+)?${inTemporary}${name}`,
  'i',
);
const selectsInto = new RegExp(String.raw`\binto\s+temp(?:orary)?\s+(?:table\s+)?${inTemporary}${name}`, 'i');
const uses = new RegExp(
  String.raw`^(?:drop\s+(?:table|view|sequence)\s+(?:if\s+exists\s+)?|truncate\s+(?:table\s+)?|analy[sz]e\s+|create\s+(?:unique\s+)?index\s+(?:if\s+not\s+exists\s+)?(?:${name}\s+)?on\s+)(pg_temp\s*\.\s*)?${name}\s*(?:$|[(;]|using\b|restrict\b)`,
  'i',
);
const query = /\bas\s*(?:\(|select\b|with\b|table\b|values\b|execute\b)/i;

const commands = /^(?:CREATE|ALTER|DROP|DO|CALL|GRANT|REVOKE|COMMENT|SECURITY|IMPORT|REASSIGN)\b/;
/** Makes something new, and changes nothing about what was there. */
const additions = /^create\s+(?:unlogged\s+)?(?:table|index|sequence|type|schema|view)\b/i;
const reachesOut = /\b(?:references|inherits|partition|exclude)\b/i;
/** ON COMMIT DROP. */
const dropsItself = /\bdrop\b/i;
const drops = /^drop\b/i;
const discards = /^discard\b/i;
const searchPath = /search_path/i;
/** A replica fires no triggers, so its rows are not reported. */
const replica = /session_replication_role/i;
const several = /;\s*\S/;

/** `own`: nothing but temporary objects of its connection; `query`: fills one from a query that its plan shows. */
export type TemporaryUse = 'own' | 'query';

/** Follows the statements of one execution in their order. */
export class Definitions {
  /** By connection: temporary objects that are certainly there. */
  readonly #made = new Map<string, Set<string>>();
  /** Connections that may find another table first under the name of a temporary one. */
  readonly #elsewhere = new Set<string>();
  /** Whether evidence about statements from here on may be incomplete. */
  reshaped = false;

  /** To be called once for each statement. */
  next({ session, statement, reply }: SentStatement): TemporaryUse | undefined {
    const connection = `${session}.${statement.connection}`;
    const text = statement.text.replaceAll(comments, ' ').trim();
    // What was made in a part that is undone is gone.
    const undone = statement.kind === 'rollback' || statement.kind === 'two-phase' || reply?.kind === 'error';
    if (undone || discards.test(text)) this.#made.delete(connection);
    this.reshaped ||= replica.test(text);
    if (searchPath.test(text)) this.#elsewhere.add(connection);
    if (statement.kind !== 'step' || undone) return undefined;
    const isOne = !several.test(text);
    const use = isOne ? this.#useOf(text, connection) : undefined;
    const defines = reply?.kind === 'rows' && (commands.test(reply.command) || !isOne);
    this.reshaped ||=
      use === undefined && defines && !(isOne && additions.test(text) && !reachesOut.test(text));
    return use;
  }

  #useOf(text: string, connection: string): TemporaryUse | undefined {
    const made = makes.exec(text);
    const target = made?.[2] ?? selectsInto.exec(text)?.[1];
    if (target !== undefined) {
      if (reachesOut.test(text)) return undefined;
      const known = this.#made.get(connection) ?? new Set();
      if (!dropsItself.test(text)) this.#made.set(connection, known.add(nameOf(target)));
      return made?.[1]?.toLowerCase() === 'view' || (made !== null && !query.test(text)) ? 'own' : 'query';
    }
    const used = uses.exec(text);
    if (used === null) return undefined;
    const [, , qualified, written = ''] = used;
    if (qualified !== undefined) return 'own';
    const known = this.#made.get(connection);
    const isKnown = known?.has(nameOf(written)) === true;
    if (drops.test(text)) known?.delete(nameOf(written));
    return isKnown && !this.#elsewhere.has(connection) ? 'own' : undefined;
  }
}

function nameOf(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
}
