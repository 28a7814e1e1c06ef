/**
 * Reads a plan as Postgres reported it: which tables are scanned under which conditions, which rows are locked and
 * written, which functions are called. A plan shows what the server will do, after views, rules, policies and inlined
 * functions. So the statement's text is read only for the strength of a row lock, which plans lack.
 */
import type { LockStrength } from '../core/footprint.ts';

/** A node as EXPLAIN (FORMAT JSON, VERBOSE) prints it. */
interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Schema?: string;
  readonly Alias?: string;
  readonly 'Index Name'?: string;
  readonly Output?: readonly string[];
  readonly Strategy?: string;
  readonly Operation?: string;
  readonly 'Conflict Resolution'?: string;
  readonly 'Sort Key'?: readonly string[];
  readonly 'Target Tables'?: readonly Node[];
  readonly Plans?: readonly Node[];
  readonly [property: string]: unknown;
}

export interface Scan {
  /** As the catalog names it: without `public.`. */
  readonly table: string;
  readonly alias: string;
  /** Conditions on its rows, all of which must hold; some may speak of other tables. */
  readonly conditions: readonly string[];
  /** The lock that the plan takes on each row that it returns; undefined if it only reads. */
  readonly lock: LockStrength | undefined;
}

export interface Modification {
  readonly table: string;
  /** INSERT ... ON CONFLICT: its effect depends on rows that no scan shows. */
  readonly onConflict: boolean;
}

/**
 * Whether the result may depend on the physical order of the table's rows: `never`, `many` (only with more than one row),
 * or `always`.
 */
export type Placement = 'never' | 'many' | 'always';

export interface Plan {
  readonly scans: readonly Scan[];
  readonly modifications: readonly Modification[];
  readonly placement: Placement;
  /** Run by Postgres itself for a foreign key: it sees newer rows than the transaction's snapshot. */
  readonly isKeyCheck: boolean;
  /** Calls of functions, `name(arguments`, as far as they can be distinguished from other text in parentheses. */
  readonly calls: readonly string[];
  /** Of these, the calls that ran once, whatever the rows. */
  readonly certainCalls: readonly string[];
  /** Whether it locked every row that it returns or counts as written, as strongly as its scans say. */
  readonly locksWhatItReturns: boolean;
  /** Whether it returns a system column other than tableoid. */
  readonly showsRowVersions: boolean;
}

/** The facts of a schema that decide whether rows come in order. */
export interface Keys {
  /** Unique indexes, by name. */
  readonly uniqueIndexes: ReadonlySet<string>;
  /** Columns of the unique indexes of each table. */
  readonly uniqueColumns: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** Aggregates whose result is the same in whichever order the rows come. */
const orderless = /^(?:count|sum|min|max|avg|bool_and|bool_or|every|bit_and|bit_or)$/;
const callPattern = /([a-z_][a-z0-9_$]*)\((?=([^()]*))/gi;
/** Calls as a statement's text shows them: names only. */
const callInText = /([a-z_][a-z0-9_$]*)"?\s*\(/gi;
const wholeCall = /^([a-z_][a-z0-9_$]*\([^()]*)\)$/i;
const rowVersion = /(?:^|\W)(?:ctid|xmin|xmax|cmin|cmax)\b/;
const keyCheckText = /^(?:SELECT|DELETE|UPDATE)\b.*\bOPERATOR\(pg_catalog\./s;

export function readPlan(json: string, keys: Keys): Plan {
  const { Plan: root, 'Query Text': text = '' } = JSON.parse(json) as {
    readonly Plan: Node;
    readonly 'Query Text'?: string;
  };
  const nodes: { readonly node: Node; readonly locked: boolean }[] = [];
  const visit = (node: Node, locked: boolean): void => {
    nodes.push({ node, locked });
    const locks = locked || node['Node Type'] === 'LockRows';
    for (const child of node.Plans ?? []) visit(child, locks);
  };
  visit(root, false);

  const modified = nodes.filter(({ node }) => node['Node Type'] === 'ModifyTable').map(({ node }) => node);
  const targets = new Set(modified.flatMap((node) => [node, ...(node['Target Tables'] ?? [])]).map(tableOf));
  const { strength, certain } = strengthIn(text);
  const scans = nodes
    .filter(({ node }) => node['Node Type'] !== 'ModifyTable' && node['Relation Name'] !== undefined)
    .map(({ node, locked }): Scan => {
      const table = tableOf(node) ?? '';
      return {
        table,
        alias: node.Alias ?? node['Relation Name'] ?? '',
        conditions: [node['Index Cond'], node['Recheck Cond'], node['Filter']].flatMap((condition) =>
          typeof condition === 'string' ? conjuncts(condition) : [],
        ),
        lock: locked ? strength : targets.has(table) ? 'no key update' : undefined,
      };
    });
  const strings = nodes.flatMap(({ node }) => stringsOf(node));
  const modifications = modified.map((node) => ({
    table: tableOf(node) ?? '',
    onConflict: node['Conflict Resolution'] !== undefined || node.Operation === 'Merge',
  }));
  // A plan does not print the rows of VALUES, nor what DO UPDATE and MERGE set.
  const printsLess =
    nodes.some(({ node }) => node['Node Type'] === 'Values Scan') ||
    modifications.some((each) => each.onConflict);
  return {
    scans,
    modifications,
    placement: placementOf(
      root,
      nodes.map(({ node }) => node),
      keys,
    ),
    isKeyCheck: keyCheckText.test(text),
    calls: [
      ...strings.flatMap((printed) =>
        [...printed.matchAll(callPattern)].map(([call, , given]) => call + (given ?? '')),
      ),
      ...(printsLess ? callsIn(text) : []),
    ],
    certainCalls: certainCallsOf(root),
    locksWhatItReturns: root['Node Type'] === 'ModifyTable' || (certain && returnsLocked(root)),
    showsRowVersions: (root.Output ?? []).some(
      // Row locks and updates carry the place of the row along, but do not show it.
      (output) => rowVersion.test(output) && !/^(?:\w+\.)?ctid$/.test(output),
    ),
  };
}

function tableOf(node: Node): string | undefined {
  const { 'Relation Name': name, Schema: schema } = node;
  return schema === undefined || schema === 'public' ? name : `${schema}.${name}`;
}

function stringsOf(node: Node): readonly string[] {
  return Object.entries(node).flatMap(([property, value]) => {
    if (property === 'Plans' || property === 'Target Tables') return [];
    if (typeof value === 'string') return [value];
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  });
}

/** DEFAULT in a row of VALUES may be a sequence's next value. */
function callsIn(text: string): readonly string[] {
  const named = [...text.matchAll(callInText)].map(([, name]) => `${name}(`);
  return /\bdefault\b/i.test(text) ? [...named, 'nextval('] : named;
}

/** A statement without rows to choose from evaluates its result once. */
function certainCallsOf(root: Node): readonly string[] {
  if (root.Plans !== undefined || root['One-Time Filter'] !== undefined || root.Filter !== undefined)
    return [];
  const returned = root['Node Type'] === 'Result' ? root.Output : [root['Function Call']];
  return (returned ?? []).flatMap((each) => {
    const call = typeof each === 'string' ? wholeCall.exec(each)?.[1] : undefined;
    return call === undefined ? [] : [call];
  });
}

function returnsLocked(node: Node): boolean {
  if (node['Node Type'] !== 'Limit') return node['Node Type'] === 'LockRows';
  return node.Plans?.length === 1 && node.Plans.every(returnsLocked);
}

const strengths: readonly LockStrength[] = ['update', 'no key update', 'share', 'key share'];

/** The strongest lock that the text names; for a view, whose own text is not printed, the strongest lock of all. */
function strengthIn(text: string): { readonly strength: LockStrength; readonly certain: boolean } {
  const matches = text.matchAll(/\bfor\s+(no\s+key\s+update|update|key\s+share|share)\b/gi);
  const found = new Set([...matches].map(([, name]) => name?.toLowerCase().replace(/\s+/g, ' ')));
  return {
    strength: strengths.find((strength) => found.has(strength)) ?? 'update',
    certain: found.size === 1,
  };
}

/** `((a = 1) AND (b = 2))` is two conditions; anything not in this form is one. */
function conjuncts(condition: string): readonly string[] {
  const parts = splitAtAnd(condition);
  return parts.length === 1 ? parts : parts.flatMap(conjuncts);
}

function splitAtAnd(condition: string): readonly string[] {
  if (!condition.startsWith('(') || closingOf(condition, 0) !== condition.length - 1) return [condition];
  const inner = condition.slice(1, -1);
  const parts: string[] = [];
  let at = 0;
  while (inner[at] === '(') {
    const end = closingOf(inner, at);
    parts.push(inner.slice(at, end + 1));
    if (end === inner.length - 1) return parts.length > 1 ? parts : [condition];
    if (!inner.startsWith(' AND ', end + 1)) break;
    at = end + 6;
  }
  return [condition];
}

/** The place at which the parenthesis opened at `from` closes; quoted text is skipped. */
function closingOf(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'" || character === '"') {
      at = text.indexOf(character, at + 1);
      if (at < 0) return -1;
    } else if (character === '(') depth += 1;
    else if (character === ')' && --depth === 0) return at;
  }
  return -1;
}

function placementOf(root: Node, nodes: readonly Node[], keys: Keys): Placement {
  const types = new Set(nodes.map((node) => node['Node Type']));
  const aggregates = nodes.filter((node) => node['Node Type'] === 'Aggregate');
  const safe = aggregates.every((node) =>
    (node.Output ?? []).every((output) =>
      [...output.matchAll(callPattern)].every(([, name]) => orderless.test(name ?? '')),
    ),
  );
  if (!safe || types.has('WindowAgg')) return 'always';
  const limits = nodes.filter((node) => node['Node Type'] === 'Limit');
  if (!limits.every((node) => isOrdered(node, keys))) return 'always';
  if (root['Node Type'] === 'Aggregate' && root.Strategy === 'Plain') return 'never';
  return isOrdered(root, keys) ? 'never' : 'many';
}

/** Whether the rows come in an order that their values alone decide. */
function isOrdered(node: Node, keys: Keys): boolean {
  switch (node['Node Type']) {
    case 'Sort':
    case 'Incremental Sort': {
      const scanned = scansBelow(node);
      const [only] = scanned;
      if (only === undefined || scanned.length > 1) return false;
      const sorted = (node['Sort Key'] ?? []).map(
        (key) =>
          key
            .replace(/ (?:DESC|NULLS FIRST|NULLS LAST|USING .*)/g, '')
            .split('.')
            .at(-1) ?? key,
      );
      const unique = keys.uniqueColumns.get(tableOf(only) ?? '') ?? [];
      return unique.some((columns) => columns.every((column) => sorted.includes(column)));
    }
    // Rows from an index alone are equal if their keys are.
    case 'Index Only Scan':
      return true;
    case 'Index Scan':
      return keys.uniqueIndexes.has(node['Index Name'] ?? '');
    case 'Limit':
    case 'LockRows':
    case 'Result':
    case 'Subquery Scan': {
      const children = (node.Plans ?? []).filter((child) => child['Parent Relationship'] !== 'InitPlan');
      if (children.length === 0) return true;
      return children.length === 1 && children.every((child) => isOrdered(child, keys));
    }
    default:
      return false;
  }
}

function scansBelow(node: Node): readonly Node[] {
  return (node.Plans ?? []).flatMap((child) =>
    child['Relation Name'] === undefined ? scansBelow(child) : [child, ...scansBelow(child)],
  );
}
