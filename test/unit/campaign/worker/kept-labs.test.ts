/** Labs stay open between works, as many as may be, and none that is not as good as new. */
import { afterAll, expect, test } from 'vitest';
import { KeptLabs, type LabPlace } from '../../../../src/campaign/worker/kept-labs.ts';
import { postgres } from '../../../../src/driver/postgres/index.ts';
import type { Lab } from '../../../../src/lab/lab.ts';
import { account, readThenWrite } from '../../../support/models.ts';

const engine = postgres();
afterAll(() => engine.close());
const place: LabPlace = {
  model: async () => account(readThenWrite),
  options: { engine, isolation: 'read committed' },
  most: 2,
};

function use(labs: KeptLabs, key: string, sound = true): Promise<Lab> {
  return labs.use(
    key,
    place,
    () => false,
    async (lab) => ({ answer: lab, sound }),
  );
}

test('one with the same key is the same; the one that was not used for longest is closed', async () => {
  const labs = new KeptLabs();
  const a = await use(labs, 'a');
  expect(await use(labs, 'a')).toBe(a);
  await use(labs, 'b');
  await use(labs, 'a');
  await use(labs, 'c');
  expect(await use(labs, 'a')).toBe(a);
  const b = await use(labs, 'b');
  await labs.close();
  expect(await use(labs, 'b')).not.toBe(b);
  await labs.close();
});

test('one that had no verdict, or whose work threw, is not used again', async () => {
  const labs = new KeptLabs();
  const first = await use(labs, 'a', false);
  const second = await use(labs, 'a');
  expect(second).not.toBe(first);
  const failing = labs.use(
    'a',
    place,
    () => false,
    () => Promise.reject(new Error('no')),
  );
  await expect(failing).rejects.toThrow('no');
  expect(await use(labs, 'a')).not.toBe(second);
  await labs.close();
});
