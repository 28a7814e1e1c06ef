/**
 * As root the server runs as another user, who may be up to anything in the folder that is theirs. Nothing that root does
 * there follows them.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { postgres } from '../../../../src/driver/postgres/index.ts';
import { insideOf, trustIn } from '../../../../src/driver/postgres/private-folder.ts';
import { faultOf, isRoot, startChild, startServer } from './support.ts';

const nobody = 65_534;

describe.runIf(isRoot)('as root', () => {
  let root: string;
  let secret: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'lockstep-test-'));
    chmodSync(root, 0o755);
    mkdirSync(join(root, 'deep'), { mode: 0o700 });
    secret = join(root, 'deep', 'secret');
    writeFileSync(secret, 'precious', { mode: 0o600 });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** Binaries that do this instead, as the server's user, in the working folder that they are given. */
  const binaries = (initdb: string, server: string): string => {
    for (const [name, text] of Object.entries({ initdb, postgres: server })) {
      writeFileSync(join(root, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    return root;
  };

  it('writes through no link that the server’s user laid', async () => {
    const names = 'owner.new owner.json log password native server data/postmaster.pid';
    const lay = `mkdir data; for place in . ..; do for name in ${names}; do
      ln -s ${secret} $place/$name 2>/dev/null; ln -s ${join(root, 'deep')} $place/d-$name 2>/dev/null; done; done; pwd`;
    const fault = await faultOf(postgres({ binaries: binaries(lay, 'exit 3') }).open());
    expect(fault).toMatchObject({ code: 'cluster-start-failed' });
    const inside = fault.detail?.split('\n').at(-1) ?? '';
    expect(inside).toContain('/lockstep-pg-');
    expect(existsSync(join(inside, '..'))).toBe(false);
    expect(readFileSync(secret, 'utf8')).toBe('precious');
    expect(statSync(secret)).toMatchObject({ uid: 0, gid: 0, mode: 0o100600 });
  });

  it('waits for no pipe that they made', async () => {
    const lay = 'mkdir data && mkfifo data/postmaster.pid';
    const bin = binaries(lay, `pwd > ${join(root, 'where')}; exec sleep 1000`);
    writeFileSync(join(root, 'where'), '');
    chownSync(join(root, 'where'), nobody, nobody);
    const fault = await faultOf(postgres({ binaries: bin, startTimeoutMs: 1_000 }).open());
    expect(fault).toMatchObject({ code: 'cluster-start-timeout' });
    expect(existsSync(readFileSync(join(root, 'where'), 'utf8').trim())).toBe(false);
  });

  it('gives them nothing of its environment', async () => {
    process.env['LOCKSTEP_TEST_TOKEN'] = 'precious';
    const fault = await faultOf(
      postgres({ binaries: binaries('env | grep -e LOCKSTEP -e TZ; exit 3', '') }).open(),
    );
    delete process.env['LOCKSTEP_TEST_TOKEN'];
    expect(fault.detail).toContain('TZ=UTC');
    expect(fault.detail).not.toContain('precious');
  });

  it('removes what is theirs as they would', async () => {
    const cluster = await startServer();
    // Root could remove this; they cannot, as it is not empty and not theirs.
    const foreign = join(insideOf(cluster.folder), 'foreign');
    mkdirSync(foreign, { mode: 0o700 });
    writeFileSync(join(foreign, 'file'), '');
    await cluster.stop();
    expect(existsSync(join(foreign, 'file'))).toBe(true);
    expect(existsSync(join(insideOf(cluster.folder), 'data'))).toBe(false);
    rmSync(cluster.folder, { recursive: true });
  });

  it('does not go where somebody else is the owner', async () => {
    chownSync(root, nobody, nobody);
    const child = await startChild(['end'], { env: { ...process.env, TMPDIR: root } });
    expect(child.folder).toMatch(/\/lockstep-pg-\w+$/);
    expect(child.folder.startsWith(root)).toBe(false);
    await child.ended;
  });

  it('knows who could put something else into the place of ours', async () => {
    const inner = join(root, 'inner');
    mkdirSync(inner);
    expect(await trustIn(inner)).toBe('sole');
    expect(await trustIn('/tmp')).toBe((lstatSync('/tmp').mode & 0o1000) === 0 ? 'open' : 'sole');
    chmodSync(root, 0o777);
    expect(await trustIn(inner)).toBe('open');
    chmodSync(root, 0o1777);
    expect(await trustIn(inner)).toBe('sole');
    chownSync(root, nobody, nobody);
    expect(await trustIn(inner)).toBe('foreign');
    expect(await trustIn(inner, nobody)).toBe('sole');
    expect(await trustIn(secret)).toBe(undefined);
    execFileSync('ln', ['-s', inner, join(root, 'deep', 'link')]);
    expect(await trustIn(join(root, 'deep', 'link'))).toBe('foreign');
  });
});
