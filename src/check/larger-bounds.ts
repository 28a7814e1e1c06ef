/** The sizes of scenarios, by how many were drawn: small ones find most races, and are the first to be exhausted. */
import type { LargerBounds } from '../arbitrary/scenario.ts';
import type { ResolvedOptions } from './options.ts';

/** The draw, not what was found before it, decides: a seed and a path then give the same scenario whatever was run. */
const growAt = [160, 320];

/** What the options name stays as it is. */
export function largerBounds(options: ResolvedOptions): readonly LargerBounds[] {
  const { minSessions, maxSessions, maxOperations, grows } = options;
  const more = { sessions: grows.sessions ? 1 : 0, operations: grows.operations ? 1 : 0 };
  if (more.sessions + more.operations === 0) return [];
  const [longer = 0, wider = 0] = growAt;
  return [
    { from: longer, minSessions, maxSessions, maxOperations: maxOperations + more.operations },
    {
      from: wider,
      minSessions,
      maxSessions: maxSessions + more.sessions,
      maxOperations: maxOperations + more.operations,
    },
  ];
}
