/** Whether a plan's result may depend on the physical order of its tables' rows. */
import { calledNames } from './function-calls.ts';
import { nodesBelow, nodesFrom, tableOf, type PlanNode } from './plan-node.ts';

/** Whether it may: `never`, `many` (only with more than one row), or `always`. */
export type Placement = 'never' | 'many' | 'always';

/** The facts of a schema that decide whether rows come in order. */
export interface Keys {
  /** Unique indexes over all rows without nulls, which distinguish any two rows, by name. */
  readonly wholeIndexes: ReadonlySet<string>;
  /** The columns of such indexes of each table. */
  readonly wholeKeys: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** Aggregates whose result does not depend on the order of the rows. */
const orderless = /^(?:count|sum|min|max|avg|bool_and|bool_or|every|bit_and|bit_or)$/;

export function placementOf(root: PlanNode, keys: Keys): Placement {
  const nodes = nodesFrom(root);
  const ofType = (type: string): readonly PlanNode[] => nodes.filter((node) => node['Node Type'] === type);
  const outputs = ofType('Aggregate').flatMap(({ Output }) => Output ?? []);
  const safe = outputs.flatMap(calledNames).every((name) => orderless.test(name));
  if (!safe || ofType('WindowAgg').length > 0) return 'always';
  if (!ofType('Limit').every((node) => isOrdered(node, keys))) return 'always';
  if (root['Node Type'] === 'Aggregate' && root.Strategy === 'Plain') return 'never';
  return isOrdered(root, keys) ? 'never' : 'many';
}

/** Whether the rows come in an order that their values alone decide. */
function isOrdered(node: PlanNode, keys: Keys): boolean {
  switch (node['Node Type']) {
    case 'Sort':
    case 'Incremental Sort':
      return isSortedByKey(node, keys);
    // Rows from an index alone are equal if their keys are.
    case 'Index Only Scan':
      return true;
    case 'Index Scan':
      return keys.wholeIndexes.has(node['Index Name'] ?? '');
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

/** Whether the rows of a single table are sorted by all columns of one of its unique indexes. */
function isSortedByKey(sort: PlanNode, keys: Keys): boolean {
  const scanned = nodesBelow(sort).filter((node) => node['Relation Name'] !== undefined);
  const [only] = scanned;
  if (only === undefined || scanned.length > 1) return false;
  const sorted = (sort['Sort Key'] ?? []).map(
    (key) =>
      key
        .replace(/ (?:DESC|NULLS FIRST|NULLS LAST|USING .*)/g, '')
        .split('.')
        .at(-1) ?? key,
  );
  const whole = keys.wholeKeys.get(tableOf(only) ?? '') ?? [];
  return whole.some((columns) => columns.every((column) => sorted.includes(column)));
}
