import { expect, test } from 'vitest';
import type { GatedClient } from '../../../src/driver/gated-client.ts';
import { SessionClients } from '../../../src/engine/session-clients.ts';

function clientsOf(): { readonly clients: SessionClients; readonly taken: GatedClient[] } {
  const taken: GatedClient[] = [];
  const take = (): GatedClient => {
    taken.push({} as GatedClient);
    return taken.at(-1) as GatedClient;
  };
  return { clients: new SessionClients(take, () => {}), taken };
}

test('to ask whether a session would wait takes no connection: each that is taken is reset later', () => {
  const { clients, taken } = clientsOf();
  expect(clients.wouldWait({ wouldWait: (client) => client === undefined })).toBe(true);
  expect(clients.wouldWait({ wouldWait: (client) => client !== undefined })).toBe(false);
  expect(taken).toEqual([]);
});

test('a session waits only if each of its connections would', () => {
  const { clients, taken } = clientsOf();
  clients.reserve();
  const other = {} as GatedClient;
  clients.uses(other);
  expect(clients.wouldWait({ wouldWait: (client) => client === taken[0] })).toBe(false);
  expect(clients.wouldWait({ wouldWait: () => true })).toBe(true);
});

test('the own connection is taken once', () => {
  const { clients, taken } = clientsOf();
  clients.reserve();
  clients.reserve();
  expect(clients.userClient).toBeDefined();
  expect(taken).toHaveLength(1);
});
