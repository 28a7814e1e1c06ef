/** Errors that nobody could catch: were they thrown by the code under test, or are they mistakes of our own? */
import { callSiteOf, framesOf } from '../../diagnosis/call-site.ts';
import { messageOf } from '../../core/fault.ts';
import { isLostConnection } from '../../driver/lost-connection.ts';
import type { FaultFacts } from './messages.ts';

/** The fault of a connection that was lost in the middle of the work; undefined for any other error. */
export function connectionFault(error: unknown): FaultFacts | undefined {
  if (!isLostConnection(error)) return undefined;
  return {
    message: 'a connection to the Postgres server was lost',
    code: 'server-lost',
    kind: 'engine',
    detail: messageOf(error),
    hint: 'the server stopped or crashed, or somebody ended the connection (pg_terminate_backend, a pooler); its log says more',
  };
}

/** A fault of the user's; undefined if the error comes from this package itself, which is a bug to be reported. */
export function uncaughtFault(error: unknown, begunLast: string): FaultFacts | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  if (isOurs(stack)) return undefined;
  const name = error instanceof Error ? `${error.name}: ` : '';
  const site = callSiteOf(stack);
  const where = site === undefined ? '' : ` (${site.file}:${site.line})`;
  return {
    message: 'the code under test threw an error that nobody caught',
    code: 'uncaught',
    kind: 'usage',
    detail: `${name}${messageOf(error)}${where}; begun last: ${begunLast}`,
    hint: 'is there a promise without an `await`, or a callback that throws?',
  };
}

/** Whether the innermost frame that belongs to neither Node nor another package is one of this package's. */
function isOurs(stack: string): boolean {
  return framesOf(stack).find(({ of }) => of === 'us' || of === 'user')?.of === 'us';
}
