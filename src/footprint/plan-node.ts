/** A node of a plan, as EXPLAIN (FORMAT JSON, VERBOSE) prints it. */

export interface PlanNode {
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
  readonly 'Target Tables'?: readonly PlanNode[];
  readonly Plans?: readonly PlanNode[];
  readonly [property: string]: unknown;
}

/** The node and all nodes below it, each before its children. */
export function nodesFrom(node: PlanNode): readonly PlanNode[] {
  return [node, ...nodesBelow(node)];
}

export function nodesBelow(node: PlanNode): readonly PlanNode[] {
  return (node.Plans ?? []).flatMap(nodesFrom);
}

/** The node's table as the catalog names it: without `public.`. */
export function tableOf(node: PlanNode): string | undefined {
  const { 'Relation Name': name, Schema: schema } = node;
  return schema === undefined || schema === 'public' ? name : `${schema}.${name}`;
}
