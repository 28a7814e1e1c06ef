/** Which sockets the hook takes for connections to Postgres. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPostgres } from '../../../../src/source/hook/address.ts';

const folder = mkdtempSync(join(tmpdir(), 'address-'));

beforeAll(() => {
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), 'export const call = (code) => code();');
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const clients = ['node_modules/pg/lib/connection.mjs', 'app/node_modules/postgres/cjs/src/connection.mjs'];
const others = [
  'node_modules/pg-lockstep/dist/source/hook/install.mjs',
  'pg-demo/src/cache.mjs',
  'node_modules/redis/dist/socket.mjs',
];
const files = [...clients, ...others];

test.each(files)('a socket that %s opens', async (file) => {
  const { call } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href)) as {
    readonly call: (code: () => boolean) => boolean;
  };
  expect(call(() => isPostgres({ port: 6_379, path: undefined }))).toBe(clients.includes(file));
});
