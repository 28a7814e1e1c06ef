import { readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { postgres } from '../../../../src/driver/postgres/index.ts';
import { memoryFolder, servesCluster } from '../../../../src/driver/postgres/memory-folder.ts';
import { folderOf } from './support.ts';

const gibibyte = 2 ** 30;
const mounted = (type: string, options: string): string =>
  `/dev/vda / ext4 rw,relatime 0 0\n${type} /dev/shm ${type} ${options} 0 0\nproc /proc proc rw 0 0\n`;

describe('memory as the place of a cluster', () => {
  it('serves where it is a file system in memory that is open and large enough', () => {
    const usual = mounted('tmpfs', 'rw,nosuid,nodev');
    expect(servesCluster(usual, gibibyte)).toBe(true);
    expect(servesCluster(usual, gibibyte - 1)).toBe(false);
    // The binaries may have to be copied there.
    expect(servesCluster(mounted('tmpfs', 'rw,nosuid,nodev,noexec'), gibibyte)).toBe(false);
    expect(servesCluster(mounted('tmpfs', 'ro'), gibibyte)).toBe(false);
    expect(servesCluster(mounted('ext4', 'rw'), gibibyte)).toBe(false);
    expect(servesCluster('/dev/vda / ext4 rw 0 0\n', gibibyte)).toBe(false);
    // Mounted over.
    expect(servesCluster(`${usual}ext4 /dev/shm ext4 rw 0 0\n`, gibibyte)).toBe(false);
  });

  describe('a cluster', () => {
    const driver = postgres({ connectTimeoutMs: 9_500 });
    afterAll(() => driver.close());

    it('lies there if it serves, and on disk otherwise', async () => {
      const { bavail, bsize } =
        process.platform === 'linux' ? statfsSync(memoryFolder) : { bavail: 0, bsize: 0 };
      const mounts = process.platform === 'linux' ? readFileSync('/proc/self/mounts', 'utf8') : '';
      const serves = servesCluster(mounts, bavail * bsize) && tmpdir() === '/tmp';
      const database = await driver.open();
      expect(dirname(folderOf(database)) === memoryFolder).toBe(serves);
      await database.drop();
    });
  });
});
