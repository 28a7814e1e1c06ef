/** Why a statement has no reply, as far as the server knows. */
import type { Backend, LimitCause } from '../core/limit-cause.ts';
import { Fault } from '../core/fault.ts';
import type { Database } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import { within } from '../driver/within.ts';
import type { InFlight } from './in-flight.ts';
import type { Limits } from './limits.ts';
import type { SessionRun } from './session.ts';

/** A limit was reached already: a server that does not answer this question soon is not waited for. */
const askingMs = 1_000;

/** The server did not answer the question who waits for whom. */
export function silentServerFault({ databaseTimeoutMs }: Limits): Fault {
  return new Fault('the database does not say who waits for whom', {
    code: 'database-timeout',
    kind: 'engine',
    detail: `no reply after ${databaseTimeoutMs} ms (databaseTimeoutMs)`,
    hint: 'a server whose process was stopped never answers; on a slow machine raise databaseTimeoutMs',
  });
}

/** Asks the server what the backends of these statements are doing. */
export async function stallOf(
  running: readonly InFlight[],
  owners: ReadonlyMap<GatedClient, SessionRun>,
  database: Pick<Database, 'backends'>,
): Promise<LimitCause> {
  const asked = database.backends(running.map((entry) => entry.statement.client.pid)).catch(() => undefined);
  const backends = (await within(askingMs, asked)) ? await asked : undefined;
  const sessions = new Map([...owners].map(([client, session]) => [client.pid, session.index]));
  const known = (backend: Backend): Backend => ({
    ...backend,
    blockers: backend.blockers.map((blocker) => ({ ...blocker, session: sessions.get(blocker.pid) })),
  });
  const statements = running.map(({ session, statement: { client, text } }) => {
    const backend = backends?.find(({ pid }) => pid === client.pid);
    const gone = backends === undefined ? 'unknown' : 'gone';
    return { session, text, backend: backend === undefined ? gone : known(backend) } as const;
  });
  return { kind: 'no-reply', statements };
}
