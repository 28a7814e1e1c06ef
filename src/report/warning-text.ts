/** Why a property may not have been able to fail, in words. */
import type { OperationCounts } from '../core/interactions.ts';

/** @param stopped why the search ended, if it was not over */
export function nothingSentText(executions: number, stopped: string | undefined): string {
  const what = executions === 0 ? 'no schedule was run' : 'no operation sent a statement to the database';
  return stopped === undefined ? what : `${what}; ${stopped} before more was run`;
}

export const singleSessionText: string = 'every scenario had a single session: nothing could overlap';

/** @param singleStatements whether each operation was a single statement */
export function nothingOverlappedText(singleStatements: boolean): string {
  const why = singleStatements
    ? 'each was a single statement, and what happens inside one is not searched'
    : 'none began while another was under way';
  return `no two operations overlapped: ${why}`;
}

export const noConflictsText: string =
  'no two steps of different sessions conflicted, and none waited for another: their order made no difference';

export function neverReturnedText({ operation, calls, aborted, refused, failed }: OperationCounts): string {
  const ends = [`${aborted} aborted`, `${refused} refused`, `${failed} failed`];
  return `operation ${operation} never returned: of ${calls} calls ${ends.join(', ')}`;
}

export function alwaysInVainText({ operation, overlapping }: OperationCounts): string {
  return (
    `operation ${operation} was aborted or refused each of the ${overlapping} times that it overlapped with another: ` +
    'what it does then was never compared'
  );
}
