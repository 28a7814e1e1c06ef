/** The image that a first boot keeps for later ones. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BootImage } from '../../../../src/driver/pglite/boot-image.ts';
import { lend } from '../../../../src/driver/pglite/database.ts';
import { boot } from '../../../../src/driver/pglite/instance.ts';

let packages: string;
const kept = (): string => join(packages, '.cache/pg-lockstep');
const find = (): Promise<BootImage | undefined> =>
  BootImage.find(join(packages, '@electric-sql/pglite/dist/index.cjs'));

beforeAll(async () => {
  packages = join(await mkdtemp(join(tmpdir(), 'boot-image-')), 'node_modules');
  await mkdir(join(packages, '@electric-sql/pglite'), { recursive: true });
  await writeFile(join(packages, '@electric-sql/pglite/package.json'), '{ "version": "1.2.3" }');
});
afterAll(() => rm(join(packages, '..'), { recursive: true }));

/** Each newly made database has another one. */
async function identifier(): Promise<string | undefined> {
  const instance = await boot({ extensions: undefined, bootTimeoutMs: 120_000, image: await find() });
  const database = lend(instance, () => instance.close());
  const client = await new pg.Client(database.clientConfig({ kind: 'admin' })).connect();
  const { rows } = await client.query<{ id: string }>(
    'select system_identifier::text as id from pg_control_system()',
  );
  await client.end();
  await database.drop();
  return rows[0]?.id;
}

test('a boot begins with the image of an earlier one; a damaged image is replaced', async () => {
  const first = await identifier();
  expect(await readdir(kept())).toEqual(['pglite-1.2.3.tar.gz']);
  expect(await identifier()).toBe(first);

  const file = join(kept(), 'pglite-1.2.3.tar.gz');
  const whole = await readFile(file);
  await writeFile(file, whole.subarray(0, whole.length / 2));
  const second = await identifier();
  expect(second).not.toBe(first);
  expect((await readFile(file)).length).toBeGreaterThan(whole.length / 2);
  expect(await identifier()).toBe(second);
});

test('where nothing may be written there is no image, and nothing is left', async () => {
  await rm(join(packages, '.cache'), { recursive: true, force: true });
  await writeFile(join(packages, '.cache'), 'a file');
  const image = await find();
  await image?.keep(new Blob(['anything']));
  expect(await image?.read()).toBe(undefined);
  expect(await readdir(packages)).toEqual(['.cache', '@electric-sql']);
});

test('outside of node_modules there is none', async () => {
  expect(await BootImage.find('/somewhere/pglite/dist/index.cjs')).toBe(undefined);
});
