/**
 * The sights of one execution, which guide a search. To the sights of a search (orders of conflicting steps, waits, overlaps,
 * errors) they add the paths that operations took, and the sorts of the values that they read and returned: that is how a
 * scenario on its way to a race differs from any other, long before it fails. Keeping what shows something new, by sorts and
 * not by values, is how coverage-guided fuzzers search (Zalewski, "Technical whitepaper for afl-fuzz", sections 1 to 3).
 */
import type { Reply } from '../core/history.ts';
import type { Answer, Call, Model } from '../core/model.ts';
import { statementsIn } from '../core/sent-statements.ts';
import type { ExecutionRecord } from '../engine/record.ts';
import type { ConflictingPair } from './conflict-orders.ts';
import { InteractionTally } from './interaction-tally.ts';
import { sightsOf } from './sights.ts';
import { shapeOf } from './statement-shape.ts';
import { manySort, sortOf } from './value-sort.ts';

type Execution = Pick<ExecutionRecord, 'history' | 'answers' | 'spans'>;
type Sessions = readonly (readonly Call[])[];

/** @param conflicts the steps of different sessions that depend on each other; undefined if that is not known */
export function executionSights(
  model: Pick<Model, 'refusal'>,
  sessions: Sessions,
  execution: Execution,
  conflicts: readonly ConflictingPair[] | undefined,
): ReadonlySet<string> {
  const tally = new InteractionTally();
  tally.add(model, sessions, execution);
  if (conflicts !== undefined) tally.addConflicts(conflicts);
  const sights = new Set(sightsOf(tally.counts));
  for (const sight of codeSights(sessions, execution)) sights.add(sight);
  return sights;
}

/** What the code did: the paths of its operations, the sorts of what it read, and the answers. */
function* codeSights(sessions: Sessions, { history, answers }: Execution): Iterable<string> {
  const paths = new Map<string, string[]>();
  for (const { session, operation, statement, reply } of statementsIn(history)) {
    const shape = shapeOf(statement.text);
    const key = `${session} ${operation}`;
    const path = paths.get(key) ?? [];
    paths.set(key, path);
    const step = `${shape}\0${replySort(reply)}`;
    // A loop is one step, however often it goes round.
    if (path.at(-1) !== step) path.push(step);
    if (reply?.kind !== 'rows') continue;
    const [row = []] = reply.rows;
    for (const [index, value] of row.entries()) yield `read\0${shape}\0${index}\0${sortOf(value)}`;
  }
  for (const [session, calls] of sessions.entries()) {
    for (const [operation, call] of calls.entries()) {
      const path = paths.get(`${session} ${operation}`);
      if (path !== undefined) yield `path\0${call.operation}\0${path.join('\0')}`;
      const answer = answers[session]?.[operation];
      if (answer !== undefined) yield `answer\0${call.operation}\0${answerSort(answer)}`;
    }
  }
}

function replySort(reply: Reply | undefined): string {
  if (reply === undefined) return 'none';
  return reply.kind === 'error' ? (reply.sqlstate ?? 'error') : manySort(reply.rowCount ?? 0);
}

function answerSort(answer: Answer): string {
  return answer.kind === 'returned' ? sortOf(answer.value) : (answer.sqlstate ?? answer.name);
}
