/**
 * The tool's connections behind those that the code under test opened by itself. A connection of the code has one of them
 * for as long as an execution lasts, whichever session uses it: settings, locks and temporary tables that a session leaves
 * on it are seen by the next one, as in production.
 */
import type { GatedClient } from '../driver/gated-client.ts';
import { setsSessionState, startupSettings } from '../source/session-state.ts';
import type { CodeConnection } from '../source/contract.ts';
import type { Unit } from '../source/unit.ts';
import { closeStatement } from '../wire/client-messages.ts';
import { server, type ErrorText } from '../wire/server-messages.ts';

export interface Backing {
  readonly client: GatedClient;
  /** Prepared statements that the server knows on it. */
  readonly known: Set<string>;
  /** Those whose Parse failed or was skipped: the client may use them all the same, and gets an error. */
  readonly unparsed: Set<string>;
  /** Fulfilled when it is connected and set up as the code's connection was; undefined once it is. */
  readying: Promise<void> | undefined;
}

export class Backings {
  readonly #take: () => GatedClient;
  readonly #of = new Map<CodeConnection, Backing>();
  /** Their connections were closed by the code. */
  readonly #spare: GatedClient[] = [];

  constructor(take: () => GatedClient) {
    this.#take = take;
  }

  /** @param connection of the code under test; the first call for it takes a connection of the tool's */
  of(connection: CodeConnection): Backing {
    let backing = this.#of.get(connection);
    if (backing === undefined) {
      backing = this.adopt(connection, this.#spare.pop() ?? this.#take());
      backing.readying = ready(backing, connection);
    }
    return backing;
  }

  /** A connection of the tool's that is ready and stands behind this one from now on. */
  adopt(connection: CodeConnection, client: GatedClient): Backing {
    client.front = {
      unasked: (message) => connection.unasked(message),
      lost: (error) => connection.fail(lossOf(error)),
    };
    const backing: Backing = { client, known: new Set(), unparsed: new Set(), readying: undefined };
    this.#of.set(connection, backing);
    return backing;
  }

  /** The code closed its connection. What it has begun there is ended. */
  drop(connection: CodeConnection): GatedClient | undefined {
    const client = this.#of.get(connection)?.client;
    this.#of.delete(connection);
    if (client !== undefined) {
      client.front = undefined;
      client.abandonExchange();
    }
    return client;
  }

  /** A connection that was dropped is in its initial state again. */
  spare(client: GatedClient): void {
    if (!client.broken) this.#spare.push(client);
  }
}

function ready(backing: Backing, connection: CodeConnection): Promise<void> | undefined {
  const { client } = backing;
  const settings = startupSettings(connection.startup);
  const handshake = connection.handshake.filter(({ text }) => setsSessionState(text));
  client.setUpBy = [...settings.map(([name]) => name), ...handshake.map(({ text }) => text)];
  if (settings.length === 0 && handshake.length === 0 && client.isOpen) return undefined;
  const readying = (async () => {
    await client.open();
    if (settings.length > 0) await client.queryNow(...settingQuery(settings));
    await client.afterSuccess(settings.map(([name]) => name).join());
    for (const unit of handshake) await exchange(backing, connection, unit);
    // On an observed connection the server also reported the plans of these.
    client.takeEvidence();
  })();
  const settled = readying.finally(() => (backing.readying = undefined));
  // Whoever waits for it gets the error.
  settled.catch(() => {});
  return settled;
}

/** Makes these settings on a connection. */
function settingQuery(settings: readonly (readonly [name: string, value: string])[]): [string, string[]] {
  const calls = settings.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, false)`);
  return [`select ${calls.join(', ')}`, settings.flat()];
}

const listening = /\blisten\b/i;

/** Sends a unit, and before it the prepared statements that it uses and the connection does not have. */
export async function exchange(
  { client, known, unparsed }: Backing,
  connection: CodeConnection,
  unit: Unit,
): Promise<readonly Buffer[]> {
  const missing = [...unit.uses].filter(([name]) => !known.has(name) && !unparsed.has(name));
  // After an error it is not certain what the connection has, and a Parse too many would be an error itself.
  const before = missing.flatMap(([name, parse]) => [closeStatement(name), parse]);
  const messages = await client.exchange({
    facts: unit,
    bytes: Buffer.concat(before.length === 0 ? unit.messages : [...before, ...unit.messages]),
    parsedBefore: missing.length,
    onCopyIn: (reply) => connection.answerFirst(reply),
  });
  const failed = messages.some((message) => message[0] === server.error);
  if (listening.test(unit.text)) client.listens = true;
  const after = !failed && unit.answers === 'ready' ? client.afterSuccess(unit.text) : undefined;
  if (after !== undefined) await after;
  for (const [name] of missing) if (!failed) known.add(name);
  if (unit.parses.length === 0) return messages;
  const parsed = messages.filter((message) => message[0] === server.parseComplete).length;
  for (const [index, name] of unit.parses.entries()) {
    if (index < parsed) {
      known.add(name);
      unparsed.delete(name);
    } else if (!known.has(name)) unparsed.add(name);
  }
  return messages;
}

/** The error with which a server ends a connection. */
export function lossOf(error: Error): ErrorText {
  const { code, message } = error as Error & { readonly code?: unknown };
  return { severity: 'FATAL', code: typeof code === 'string' && code.length === 5 ? code : '57P01', message };
}
