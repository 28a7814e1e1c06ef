/**
 * Calls of functions that a plan prints, as `name(arguments`, as far as they can be distinguished from other text in
 * parentheses. A plan does not print the rows of VALUES, nor what DO UPDATE and MERGE set: the names of those calls are
 * read from the statement's text.
 */
import type { PlanNode } from './plan-node.ts';

const callPattern = /([a-z_][a-z0-9_$]*)\((?=([^()]*))/gi;
/** Calls as a statement's text shows them: names only. */
const callInText = /([a-z_][a-z0-9_$]*)"?\s*\(/gi;
const wholeCall = /^([a-z_][a-z0-9_$]*\([^()]*)\)$/i;

export function printedCalls(nodes: readonly PlanNode[]): readonly string[] {
  return nodes
    .flatMap(stringsOf)
    .flatMap((printed) => [...printed.matchAll(callPattern)].map(([call, , given]) => call + (given ?? '')));
}

function stringsOf(node: PlanNode): readonly string[] {
  return Object.entries(node).flatMap(([property, value]) => {
    if (property === 'Plans' || property === 'Target Tables') return [];
    if (typeof value === 'string') return [value];
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  });
}

/** Names of the functions that a printed expression calls. */
export function calledNames(printed: string): readonly string[] {
  return [...printed.matchAll(callPattern)].map(([, name]) => name ?? '');
}

/** DEFAULT in a row of VALUES may be a sequence's next value. */
export function callsInText(text: string): readonly string[] {
  const named = [...text.matchAll(callInText)].map(([, name]) => `${name}(`);
  return /\bdefault\b/i.test(text) ? [...named, 'nextval('] : named;
}

/** Calls that ran exactly once: a statement without rows to choose from evaluates its result once. */
export function certainCallsOf(root: PlanNode): readonly string[] {
  if (root.Plans !== undefined || root['One-Time Filter'] !== undefined || root.Filter !== undefined)
    return [];
  const returned = root['Node Type'] === 'Result' ? root.Output : [root['Function Call']];
  return (returned ?? []).flatMap((each) => {
    const call = typeof each === 'string' ? wholeCall.exec(each)?.[1] : undefined;
    return call === undefined ? [] : [call];
  });
}
