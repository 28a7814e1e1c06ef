/** The sizes of scenarios grow with the number of draws: small ones find most races, and are exhausted first. */
import type { LargerBounds } from '../arbitrary/scenario.ts';
import type { ResolvedOptions } from './options.ts';

/** The number of the draw decides, not the findings: so a seed and a path give the same scenario whatever else was run. */
const growAt = [160, 320];

/** A size that the options give stays as it is. */
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
