/**
 * Cycles of dependencies between operations. An order that every explanation must keep (a session's own, real time if the
 * check asked for it, the order in which a sequence gave its values) may close a cycle too; cycles of dependencies alone
 * come first.
 */
import type { OperationRef } from '../core/verdict.ts';
import type { Edge } from './edge.ts';
import { operationKey } from './observed.ts';
import type { Taking } from './takings.ts';

/** An order between two operations that every explanation must keep, without a dependency between them. */
export interface RequiredOrder {
  readonly kind: 'session' | 'real time';
  readonly from: OperationRef;
  readonly to: OperationRef;
}

export type Link = Edge | RequiredOrder | Taking;

/** Only the first 5,000 are examined; a minimal counterexample has a handful. */
const maxCycles = 5_000;
const maxLength = 5;

export function isEdge(link: Link): link is Edge {
  return 'line' in link;
}

/** Shortest first. */
export function cyclesOf(links: readonly Link[]): readonly (readonly Link[])[] {
  const byStart = new Map<string, Link[]>();
  for (const link of links) {
    const key = operationKey(link.from);
    byStart.set(key, [...(byStart.get(key) ?? []), link]);
  }
  const found: (readonly Link[])[] = [];
  const starts = [...byStart.keys()].sort();
  for (let length = 2; length <= maxLength; length += 1) {
    for (const start of starts) {
      const walk = (path: readonly Link[], visited: ReadonlySet<string>): void => {
        if (found.length >= maxCycles) return;
        const at = path.length === 0 ? start : operationKey((path.at(-1) as Link).to);
        for (const link of byStart.get(at) ?? []) {
          const to = operationKey(link.to);
          if (path.length === length - 1) {
            if (to === start) found.push([...path, link]);
          } else if (to > start && !visited.has(to)) walk([...path, link], new Set([...visited, to]));
        }
      };
      walk([], new Set([start]));
    }
  }
  return found;
}
