/**
 * Which waiting backends can only be freed by a step that the scheduler has not taken yet. A backend that
 * waits for an idle one is stable, and so is one that waits for a stable one; a backend on a cycle of waits
 * is not, because Postgres will break the cycle by itself.
 */
import type { Wait } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import type { SessionRun } from './session.ts';

/**
 * The number that Postgres gives for a prepared transaction that blocks: it has no backend, and any session may end it.
 */
export const prepared = 0;

/**
 * Backends of ours that do nothing until the engine acts: they have no statement, or are stopped with their lock.
 * Transactions that our sessions prepared count as well: only a statement ends them.
 *
 * @param prepares whether a session of ours prepared one
 */
export function idleBackends(
  owners: ReadonlyMap<GatedClient, SessionRun>,
  waits: readonly Wait[],
  prepares: boolean,
): ReadonlySet<number> {
  const waiting = new Set(waits.map(({ pid }) => pid));
  const clients = [...owners].filter(([client, session]) => {
    const entry = session.inFlight.get(client);
    return entry === undefined || (entry.isStopped && !waiting.has(client.pid));
  });
  const idle = clients.map(([client]) => client.pid);
  return new Set(prepares ? [...idle, prepared] : idle);
}

export function stableWaits(waits: readonly Wait[], idle: ReadonlySet<number>): ReadonlySet<number> {
  const blockedBy = new Map(waits.map((wait) => [wait.pid, wait.blockedBy]));
  const stable = new Set<number>();
  const candidates = waits.filter((wait) => !reaches(wait.pid, wait.pid, blockedBy));
  for (let grew = true; grew;) {
    grew = false;
    for (const { pid, blockedBy: by } of candidates) {
      if (!stable.has(pid) && by.some((other) => idle.has(other) || stable.has(other))) {
        stable.add(pid);
        grew = true;
      }
    }
  }
  return stable;
}

function reaches(from: number, to: number, edges: ReadonlyMap<number, readonly number[]>): boolean {
  const seen = new Set<number>();
  const stack = [...(edges.get(from) ?? [])];
  for (let pid = stack.pop(); pid !== undefined; pid = stack.pop()) {
    if (pid === to) return true;
    if (seen.has(pid)) continue;
    seen.add(pid);
    stack.push(...(edges.get(pid) ?? []));
  }
  return false;
}
