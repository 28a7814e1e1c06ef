/** Why a statement has no reply, as far as the server says: what a message about a limit tells besides the limit. */
import { Fault } from '../core/fault.ts';
import type { Backend, Database } from '../driver/contract.ts';
import type { GatedClient } from '../driver/gated-client.ts';
import { within } from '../driver/within.ts';
import type { InFlight } from './in-flight.ts';
import type { Limits } from './limits.ts';
import type { SessionRun } from './session.ts';

/** A server that stands still is not waited for: the message is about a limit that was hit already. */
const askingMs = 1_000;
const shownCharacters = 120;

/** The question who waits for whom has no answer. */
export function silentServer({ databaseTimeoutMs }: Limits): Fault {
  return new Fault('the database does not say who waits for whom', {
    code: 'database-timeout',
    kind: 'engine',
    detail: `no reply after ${databaseTimeoutMs} ms (databaseTimeoutMs)`,
    hint: 'a server whose process was stopped never answers; on a slow machine raise databaseTimeoutMs',
  });
}

/** One sentence for each of these statements. */
export async function describeStall(
  running: readonly InFlight[],
  owners: ReadonlyMap<GatedClient, SessionRun>,
  database: Database,
): Promise<string> {
  const asked = database.backends(running.map((entry) => entry.statement.client.pid)).catch(() => []);
  const backends = (await within(askingMs, asked)) ? await asked : undefined;
  const sessions = new Map([...owners].map(([client, session]) => [client.pid, `s${session.index + 1}`]));
  return running
    .map(({ session, statement }) => {
      const who = `the statement "${shortened(statement.text)}" of s${session + 1} has no reply`;
      if (backends === undefined) return `${who}, and the server does not say why`;
      const { pid } = statement.client;
      const backend = backends.find((each) => each.pid === pid);
      return `${who}: ${backend === undefined ? 'its backend is gone' : stateText(backend, sessions)}`;
    })
    .join('; ');
}

function stateText(backend: Backend, sessions: ReadonlyMap<number, string>): string {
  const { state, waitsFor, blockers, stopped } = backend;
  const by = blockers.map(
    (blocker) => sessions.get(blocker.pid) ?? `another process (${blocker.pid}: ${blocker.what})`,
  );
  return [
    `its backend is ${stopped ? 'stopped by a signal, in state ' : ''}${state}`,
    waitsFor === undefined ? 'waits for nothing that the server knows' : `waits for ${waitsFor}`,
    ...(by.length === 0 ? [] : [`is blocked by ${by.join(' and ')}`]),
  ].join(', ');
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > shownCharacters ? `${line.slice(0, shownCharacters)}...` : line;
}
