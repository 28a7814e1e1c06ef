import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { chmod, cp, mkdtemp, readFile, readlink, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canReach, findBarrier } from '../../../../src/driver/postgres/cluster-user.ts';
import { findBinaries } from '../../../../src/driver/postgres/find-binaries.ts';
import { mendLinks } from '../../../../src/driver/postgres/shared-links.ts';
import { connectTo, faultOf, hasInstalled, installed, isRoot, startServer } from './support.ts';

const nobody = { name: 'nobody', uid: 65_534, gid: 65_534 };

describe('a platform package whose install script did not run', async () => {
  const { native: original } = await findBinaries(undefined);
  let root: string;
  let native: string;
  let links: readonly { readonly source: string; readonly target: string }[];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'lockstep-test-'));
    await chmod(root, 0o755);
    native = join(root, 'native');
    if (original === undefined) return;
    await cp(original, native, { recursive: true, verbatimSymlinks: true });
    links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as typeof links;
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  async function removeLinks(): Promise<void> {
    for (const { target } of links) await rm(join(root, target), { force: true });
  }

  it.skipIf(original === undefined)(
    'does not start without its links, and is mended at first use',
    async () => {
      await removeLinks();
      const version = promisify(execFile)(join(native, 'bin', 'postgres'), ['--version']);
      await expect(version).rejects.toThrow('shared libraries');

      const cluster = await startServer({ binaries: { bin: join(native, 'bin'), native } });
      const client = await connectTo(cluster);
      await client.end();
      await cluster.stop();
      for (const { source, target } of links) {
        expect(join(root, target, '..', await readlink(join(root, target)))).toBe(join(root, source));
      }
    },
  );

  it.skipIf(original === undefined)('is mended by several at once', async () => {
    await removeLinks();
    const answers = await Promise.all(Array.from({ length: 8 }, () => mendLinks(native)));
    expect(answers).toEqual(Array.from({ length: 8 }, () => true));
    expect(links.every(({ target }) => existsSync(join(root, target)))).toBe(true);
    await unlink(join(root, links[0]!.target));
    expect(await mendLinks(native)).toBe(true);
    expect(existsSync(join(root, links[0]!.target))).toBe(true);
  });

  it.runIf(isRoot && original !== undefined)('is copied where the unprivileged user cannot go', async () => {
    await removeLinks();
    chmodSync(root, 0o700);
    expect(await findBarrier(join(native, 'bin', 'postgres'), nobody)).toBe(root);
    const cluster = await startServer({ binaries: { bin: join(native, 'bin'), native } });
    expect(existsSync(join(cluster.folder, 'native', 'bin', 'postgres'))).toBe(true);
    const client = await connectTo(cluster);
    await client.end();
    await cluster.stop();
    expect(existsSync(cluster.folder)).toBe(false);
    // The original was not touched.
    expect(links.some(({ target }) => existsSync(join(root, target)))).toBe(false);
    chmodSync(root, 0o755);
  });

  it.runIf(isRoot && original !== undefined)('is out of reach where it may not be copied', async () => {
    chmodSync(root, 0o700);
    const fault = await faultOf(startServer({ binaries: { bin: join(native, 'bin'), native: undefined } }));
    expect(fault).toMatchObject({ code: 'binaries-out-of-reach' });
    expect(fault.detail).toContain(root);
    chmodSync(root, 0o755);
  });
});

it('a folder counts as reachable by owner, group or others, whichever applies first', async () => {
  const root = await mkdtemp(join(tmpdir(), 'lockstep-test-'));
  await chmod(root, 0o701);
  const inside = join(root, 'inside');
  mkdirSync(inside);
  chmodSync(inside, 0o755);
  expect(await canReach(inside, nobody)).toBe(true);
  await chmod(root, 0o700);
  expect(await canReach(inside, nobody)).toBe(false);
  expect(await canReach(join(root, 'missing'), nobody)).toBe(false);
  await rm(root, { recursive: true });
});

it.runIf(hasInstalled)('given binaries win over the package', async () => {
  expect(await findBinaries(installed)).toEqual({ bin: installed, native: undefined });
});
