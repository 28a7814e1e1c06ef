import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeLeftover, sweepLeftovers, machineId } from '../../../../src/driver/postgres/leftovers.ts';
import { allGone, isRunning, pidsOf, startChild, startServer } from './support.ts';

const me = process.getuid?.() ?? 0;
/** Above every possible process number. */
const deadPid = 2 ** 22 + 1;

describe('folders', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'lockstep-test-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function folder(name: string, owner?: object): Promise<string> {
    const path = join(root, name);
    await mkdir(join(path, 'data'), { recursive: true });
    if (owner !== undefined) await writeFile(join(path, 'owner.json'), JSON.stringify(owner));
    return path;
  }

  it('go when their guardian is dead, and stay when that cannot be known', async () => {
    const where = await machineId();
    const dead = await folder('lockstep-pg-dead00', { where, guardian: deadPid });
    const reused = await folder('lockstep-pg-reused', { where, guardian: process.pid });
    const elsewhere = await folder('lockstep-pg-other0', { where: 'another machine', guardian: deadPid });
    const young = await folder('lockstep-pg-young0');
    const old = await folder('lockstep-pg-old000');
    const anHourAgo = new Date(Date.now() - 3_600_000);
    await utimes(old, anHourAgo, anHourAgo);
    const foreignName = await folder('something-else', { where, guardian: deadPid });
    const broken = await folder('lockstep-pg-broken');
    await writeFile(join(broken, 'owner.json'), '{');

    await sweepLeftovers(me, [root]);
    expect({ dead, reused, elsewhere, young, old, foreignName, broken }).toSatisfy(
      (folders: Record<string, string>) =>
        Object.entries(folders).every(
          ([key, path]) => existsSync(path) !== ['dead', 'reused', 'old'].includes(key),
        ),
    );
  });

  it('of another user are left alone', async () => {
    const dead = await folder('lockstep-pg-dead00', { where: await machineId(), guardian: deadPid });
    await sweepLeftovers(me + 1, [root]);
    expect(existsSync(dead)).toBe(true);
  });

  it('never lead to a process that does not belong to them', async () => {
    const trap = await folder('lockstep-pg-trap00', {
      where: await machineId(),
      guardian: deadPid,
      child: process.pid,
    });
    await writeFile(join(trap, 'data', 'postmaster.pid'), `${process.ppid}\n`);
    await removeLeftover(trap);
    expect(existsSync(trap)).toBe(false);
    expect(await isRunning(process.ppid)).toBe(true);
  });
});

it('a server whose process and guardian were both killed goes with the next start; a live one stays', async () => {
  const live = await startServer();
  const child = await startChild(['stay']);
  const pids = pidsOf(child.folder);
  // Stopped first, so that it cannot do what it does when only the guardian dies.
  child.process.kill('SIGSTOP');
  process.kill(pids.guardian, 'SIGKILL');
  child.process.kill('SIGKILL');
  await child.ended;
  expect(await isRunning(pids.postmaster)).toBe(true);

  const next = await startServer();
  await allGone(child.folder, pids);
  expect(existsSync(live.folder)).toBe(true);
  expect(await isRunning(live.postmaster)).toBe(true);
  await Promise.all([live.stop(), next.stop()]);
});
