/**
 * Reads a plan as Postgres reported it: which tables are scanned under which conditions, which rows are locked and
 * written, which functions are called. A plan shows what the server will do, after views, rules, policies and inlined
 * functions. The statement's text is read only for facts that plans lack: the strength of a row lock and whose rows it locks, calls that are not
 * printed, and whether Postgres itself wrote the statement for a foreign key.
 */
import type { LockStrength } from '../core/footprint.ts';
import { conjuncts } from './conjuncts.ts';
import { callsInText, certainCallsOf, printedCalls } from './function-calls.ts';
import { placementOf, type Keys, type Placement } from './placement.ts';
import { nodesBelow, nodesFrom, tableOf, type PlanNode } from './plan-node.ts';

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
  /** As the statement names it: it may be partitioned, a view, or have child tables. */
  readonly table: string;
  /** The tables whose rows the plan goes through, if these are others. */
  readonly targets: readonly string[];
  /** INSERT ... ON CONFLICT: its effect depends on rows that no scan shows. */
  readonly onConflict: boolean;
}

export interface Plan {
  readonly scans: readonly Scan[];
  readonly modifications: readonly Modification[];
  /** Whether the result may depend on the physical order of rows. */
  readonly placement: Placement;
  /** Run by Postgres itself for a foreign key: it sees newer rows than the transaction's snapshot. */
  readonly isKeyCheck: boolean;
  /** Calls of functions, `name(arguments`, as far as they can be distinguished from other text in parentheses. */
  readonly calls: readonly string[];
  /** The calls that ran exactly once, whatever the rows. */
  readonly certainCalls: readonly string[];
  /** Whether it locked every row that it returns or counts as written, as strongly as its scans say. */
  readonly locksWhatItReturns: boolean;
  /** Whether it returns a system column other than tableoid. */
  readonly showsRowVersions: boolean;
}

/** Temporary tables, as plans name those of their own session. */
export const temporary: RegExp = /^pg_temp\./;

const rowVersion = /(?:^|\W)(?:ctid|xmin|xmax|cmin|cmax)\b/;
const keyCheckText = /^(?:SELECT|DELETE|UPDATE)\b.*\bOPERATOR\(pg_catalog\./s;

export function readPlan(json: string, keys: Keys): Plan {
  const { Plan: root, 'Query Text': text = '' } = JSON.parse(json) as {
    readonly Plan: PlanNode;
    readonly 'Query Text'?: string;
  };
  const nodes = nodesFrom(root);
  const modified = nodes.filter((node) => node['Node Type'] === 'ModifyTable');
  // INSERT locks none of the rows that it reads.
  const changed = modified.filter(({ Operation }) => Operation !== 'Insert');
  const targets = new Set(changed.flatMap((node) => [node, ...(node['Target Tables'] ?? [])]).map(tableOf));
  const { strength, certain, of } = lockIn(text);
  const locked = new Set(
    nodes.filter((node) => node['Node Type'] === 'LockRows').flatMap((node) => lockedBelow(node, of)),
  );
  const scans = nodes
    .filter((node) => node['Node Type'] !== 'ModifyTable' && node['Relation Name'] !== undefined)
    .map((node): Scan => {
      const table = tableOf(node) ?? '';
      return {
        table,
        alias: node.Alias ?? node['Relation Name'] ?? '',
        conditions: [node['Index Cond'], node['Recheck Cond'], node['Filter']].flatMap((condition) =>
          typeof condition === 'string' ? conjuncts(condition) : [],
        ),
        lock: locked.has(node) ? strength : targets.has(table) ? 'no key update' : undefined,
      };
    });
  const modifications = modified.map((node) => ({
    table: tableOf(node) ?? '',
    targets: (node['Target Tables'] ?? []).flatMap((target) => tableOf(target) ?? []),
    onConflict: node['Conflict Resolution'] !== undefined || node.Operation === 'Merge',
  }));
  const printsAllCalls =
    !nodes.some((node) => node['Node Type'] === 'Values Scan') &&
    !modifications.some(({ onConflict }) => onConflict);
  return {
    scans,
    modifications,
    placement: placementOf(root, keys),
    isKeyCheck: keyCheckText.test(text),
    calls: [...printedCalls(nodes), ...(printsAllCalls ? [] : callsInText(text))],
    certainCalls: certainCallsOf(root),
    locksWhatItReturns: root['Node Type'] === 'ModifyTable' || (certain && returnsLocked(root)),
    showsRowVersions: (root.Output ?? []).some(
      // Row locks and updates carry the place of the row along, but do not show it.
      (output) => rowVersion.test(output) && !/^(?:\w+\.)?ctid$/.test(output),
    ),
  };
}

function returnsLocked(node: PlanNode): boolean {
  if (node['Node Type'] !== 'Limit') return node['Node Type'] === 'LockRows';
  return node.Plans?.length === 1 && node.Plans.every(returnsLocked);
}

const strengths: readonly LockStrength[] = ['update', 'no key update', 'share', 'key share'];

interface LockInText {
  /** The strongest that the text names; of all, if it names none, since a view's own text is not printed. */
  readonly strength: LockStrength;
  readonly certain: boolean;
  /** FOR UPDATE OF: only these, if there is only one such clause. */
  readonly of: ReadonlySet<string> | undefined;
}

const lockClause =
  /\bfor\s+(no\s+key\s+update|update|key\s+share|share)\b(?:\s+of\s+([\w$"]+(?:\s*,\s*[\w$"]+)*))?/gi;

function lockIn(text: string): LockInText {
  const clauses = [...text.matchAll(lockClause)];
  const found = new Set(clauses.map(([, name]) => name?.toLowerCase().replace(/\s+/g, ' ')));
  const [, , of] = clauses.length === 1 ? (clauses[0] ?? []) : [];
  return {
    strength: strengths.find((strength) => found.has(strength)) ?? 'update',
    certain: found.size === 1,
    of: of === undefined ? undefined : new Set(of.split(/\s*,\s*/).map(aliasOf)),
  };
}

function aliasOf(written: string): string {
  return written.startsWith('"') ? written.replaceAll('"', '') : written.toLowerCase();
}

/** The nodes whose rows the node locks. A plan adds a number to an alias that occurs twice, and to that of a child table. */
function lockedBelow(node: PlanNode, of: LockInText['of']): readonly PlanNode[] {
  const below = nodesBelow(node);
  const named = below.filter(({ Alias = '' }) => of?.has(Alias) || of?.has(Alias.replace(/_\d+$/, '')));
  // A name that no node has is that of a view or a subquery.
  const found = new Set(named.map(({ Alias = '' }) => (of?.has(Alias) ? Alias : Alias.replace(/_\d+$/, ''))));
  return of !== undefined && found.size === of.size ? named : below;
}
