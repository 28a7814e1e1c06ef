/**
 * The tool's connections behind those that the code under test opened by itself. A connection of the code has one of them
 * for as long as an execution lasts, whichever session uses it: settings, locks and temporary tables that a session leaves
 * on it are seen by the next one, as in production.
 */
import type { GatedClient } from '../driver/gated-client.ts';
import { setsSessionState, startupSettings } from '../source/session-state.ts';
import type { CodeConnection } from '../source/contract.ts';
import type { Unit } from '../source/unit.ts';

export interface Backing {
  readonly client: GatedClient;
  /** Prepared statements that the server knows on it. */
  readonly known: Set<string>;
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
      const client = this.#spare.pop() ?? this.#take();
      client.unasked = (message) => connection.unasked(message);
      backing = { client, known: new Set(), readying: undefined };
      this.#of.set(connection, backing);
      backing.readying = ready(backing, connection);
    }
    return backing;
  }

  /** The code closed its connection. */
  drop(connection: CodeConnection): GatedClient | undefined {
    const client = this.#of.get(connection)?.client;
    this.#of.delete(connection);
    if (client !== undefined) client.unasked = undefined;
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
    for (const [name, value] of settings)
      await client.queryNow('select set_config($1, $2, false)', [name, value]);
    for (const unit of handshake) await exchange(backing, connection, unit);
    // On an observed connection the server also reported the plans of these.
    client.takeEvidence();
  })();
  const settled = readying.finally(() => (backing.readying = undefined));
  // Whoever waits for it gets the error.
  settled.catch(() => {});
  return settled;
}

/** Sends a unit, with the Parse messages of prepared statements that the connection does not have. */
export async function exchange(
  { client, known }: Backing,
  connection: CodeConnection,
  unit: Unit,
): Promise<readonly Buffer[]> {
  const hidden = unit.uses.flatMap((name) => (known.has(name) ? [] : (connection.parseOf(name) ?? [])));
  const messages = await client.exchange({
    bytes: Buffer.concat([...hidden, ...unit.messages]),
    answers: unit.answers,
    closes: unit.closes,
    leavesPortal: unit.leavesPortal,
    hiddenParses: hidden.length,
    onCopyIn: (reply) => connection.answerFirst(reply),
  });
  for (const name of [...unit.uses, ...unit.parses]) known.add(name);
  return messages;
}
