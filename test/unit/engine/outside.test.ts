/** What a session waits for outside the database is known while it lasts, whatever Node calls it. */
import { open, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import {
  pendingWork,
  runAttributed,
  trackOutsideWork,
  type OutsideWork,
} from '../../../src/engine/outside.ts';

trackOutsideWork(true);
afterAll(() => trackOutsideWork(false));
const file = fileURLToPath(import.meta.url);

test('a file handle that is being closed is waited for: each read of a file by promises ends with one', async () => {
  const handle = await open(file);
  const work: OutsideWork = { resources: [] };
  const closing = runAttributed(work, () => handle.close());
  expect(pendingWork(work)).toBe('soon');
  await closing;
  // What awaits it runs before Node takes it off its list.
  await new Promise((resolve) => setImmediate(resolve));
  expect(pendingWork(work)).toBe('nothing');
});

test('a file that is read by promises is waited for until it was read', async () => {
  const work: OutsideWork = { resources: [] };
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
