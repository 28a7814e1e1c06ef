/** What a session waits for outside the database is known while it lasts, whatever Node calls it. */
import { generateKeyPair, pbkdf2, scrypt, webcrypto } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import {
  pendingWork,
  runAttributed,
  trackOutsideWork,
  type OutsideWork,
} from '../../../src/engine/outside.ts';
import { Ticks } from '../../../src/engine/ticks.ts';

trackOutsideWork(true);
afterAll(() => trackOutsideWork(false));
const file = fileURLToPath(import.meta.url);

test('a file handle that is being closed is waited for: each read of a file by promises ends with one', async () => {
  const handle = await open(file);
  const work: OutsideWork = { resources: [], ticks: new Ticks(new Set(), () => 'read') };
  const closing = runAttributed(work, () => handle.close());
  expect(pendingWork(work)).toBe('soon');
  await closing;
  // What awaits it runs before Node takes it off its list.
  await new Promise((resolve) => setImmediate(resolve));
  expect(pendingWork(work)).toBe('nothing');
});

test('a file that is read by promises is waited for until it was read', async () => {
  const work: OutsideWork = { resources: [], ticks: new Ticks(new Set(), () => 'read') };
  let ended = false;
  const reading = runAttributed(work, async () => {
    await readFile(file);
    ended = true;
  });
  while (!ended) {
    expect(pendingWork(work)).toBe('soon');
    await new Promise((resolve) => setImmediate(resolve));
  }
  await reading;
  expect(ended).toBe(true);
});

test.each([
  ['scrypt', () => promisify(scrypt)('secret', 'salt', 32)],
  ['pbkdf2', () => promisify(pbkdf2)('secret', 'salt', 1_000, 32, 'sha256')],
  ['a digest of WebCrypto', () => webcrypto.subtle.digest('SHA-256', Buffer.from('secret'))],
  ['a new key', () => promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })],
] as const)('%s is waited for until it is there', async (_name, begin) => {
  const work: OutsideWork = { resources: [], ticks: new Ticks(new Set(), () => 'read') };
  let ended = false;
  const running = runAttributed(work, async () => {
    const result: unknown = await begin();
    ended = true;
    return result;
  });
  expect(pendingWork(work)).toBe('soon');
  await expect(running).resolves.toBeDefined();
  await new Promise((resolve) => setImmediate(resolve));
  expect([ended, pendingWork(work)]).toEqual([true, 'nothing']);
});
