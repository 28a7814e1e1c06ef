/** Ends a connection of the tool's own. */
import type { Socket } from 'node:net';
import type pg from 'pg';
import { within } from './within.ts';

/** A stopped server never answers the goodbye. */
const goodbyeTimeoutMs = 2_000;

/** Never fails. */
export async function sayGoodbye(client: pg.Client): Promise<void> {
  const said = await within(
    goodbyeTimeoutMs,
    client.end().catch(() => undefined),
  );
  if (!said)
    (client as pg.Client & { readonly connection: { readonly stream: Socket } }).connection.stream.destroy();
}
