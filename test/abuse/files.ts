/** Odd places to write to and to read from: devices, links, pipes, full disks, folders that refuse. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended } from '../support/command.ts';
import { topic, type AbuseCase } from './case.ts';
import { cannotMount, needsRoot, withDisk } from './disk.ts';
import { expectEnd, expectViolation } from './expect.ts';
import { bank, type World } from './world.ts';

const small = ['--sessions', '2', '--operations', '1', '--runs', '1', '--seed', '1'];

const check = (world: World, variant: 'faulty' | 'mended', ...args: readonly string[]): Promise<Ended> =>
  world.lockstep(['check', bank, '--variant', variant, ...small, ...args]);

const reportOptions = ['json', 'html', 'markdown', 'junit', 'sarif', 'github'];

export const files: readonly AbuseCase[] = topic('files', [
  {
    name: 'reports into a device',
    unfit: needsRoot,
    run: async (world) => {
      const device = join(world.folder, 'null');
      execFileSync('mknod', [device, 'c', '1', '3']);
      const all = reportOptions.flatMap((name) => [`--${name}`, device]);
      expectViolation(await check(world, 'faulty', ...all));
      assert.ok(lstatSync(device).isCharacterDevice(), 'the device was replaced');
    },
  },
  {
    name: 'reports through links',
    run: async (world) => {
      const [link, target] = [join(world.folder, 'link.json'), join(world.folder, 'deep', 'target.json')];
      symlinkSync('deep/target.json', link);
      symlinkSync('circle.html', join(world.folder, 'circle.html'));
      const ended = await check(world, 'faulty', '--json', link, '--html', 'circle.html');
      expectViolation(ended);
      assert.match(ended.stderr, /cannot write circle\.html/);
      assert.ok(lstatSync(link).isSymbolicLink(), 'the link was replaced');
      assert.equal(JSON.parse(readFileSync(target, 'utf8')).schema, 'pg-lockstep-results');
    },
  },
  {
    name: '/dev/stdout is stdout',
    run: async (world) => {
      const { code, stdout } = await check(world, 'mended', '--json', '/dev/stdout');
      assert.equal(code, 0);
      assert.equal(JSON.parse(stdout).results[0].verdict, 'holds');
    },
  },
  {
    name: 'a pipe that nobody reads, and one where a failure should be',
    quick: true,
    run: async (world) => {
      mkdirSync(join(world.folder, 'reports', 'failures'), { recursive: true });
      execFileSync('mkfifo', [join(world.folder, 'pipe'), join(world.folder, 'reports/failures/a.json')]);
      const ended = await check(world, 'faulty', '--json', 'pipe');
      expectViolation(ended);
      assert.match(ended.stderr, /cannot write pipe/);
    },
  },
  ...['/proc/nowhere', '/dev/null/reports', 'file/reports', 'loop/reports'].map((reports) => ({
    name: `reports in ${reports}`,
    run: async (world: World) => {
      writeFileSync(join(world.folder, 'file'), '');
      symlinkSync('loop', join(world.folder, 'loop'));
      const ended = await check(world, 'faulty', '--reports', reports);
      expectViolation(ended);
      assert.match(ended.stderr, /error: cannot write .*reports|error: cannot write \/proc/);
    },
  })),
  {
    name: 'a report that cannot be written makes no pass',
    quick: true,
    run: async (world) => {
      expectEnd(
        await check(world, 'mended', '--junit', '/proc/nowhere/junit.xml'),
        4,
        /HOLDS/,
        /cannot write/,
      );
    },
  },
  {
    name: 'standard output is full',
    run: async (world) => {
      const full = openSync('/dev/full', 'w');
      const args = (variant: string): readonly string[] => ['check', bank, '--variant', variant, ...small];
      const stdio = ['ignore', full, 'pipe'] as const;
      const holds = await world.lockstep(args('mended'), { stdio: [...stdio] });
      expectEnd(holds, 4, /cannot write to standard output/);
      expectEnd(await world.lockstep(args('faulty'), { stdio: [...stdio] }), 1);
    },
  },
  {
    name: 'the disk for reports is full',
    quick: false,
    unfit: cannotMount,
    run: (world) =>
      withDisk(world, '8k', async (at) => {
        const all = reportOptions.flatMap((name) => [`--${name}`, join(at, name)]);
        const ended = await check(world, 'faulty', '--reports', at, ...all);
        expectViolation(ended);
        assert.match(ended.stderr, /cannot write .*\nDETAIL: ENOSPC/);
      }),
  },
  {
    name: 'the disk for the server is full',
    quick: false,
    unfit: cannotMount,
    run: async (world) => {
      for (const size of ['64k', '30m', '44m']) {
        await withDisk(world, size, async (at) => {
          execFileSync('chmod', ['1777', at]);
          const ended = await world.lockstep(['check', bank, '--variant', 'mended', ...small], {
            env: { TMPDIR: at },
          });
          expectEnd(
            ended,
            [0, 4],
            /HOLDS|error: .*(?:does not start|temporary folder|create a database|server)/,
          );
        });
        execFileSync('rmdir', [join(world.folder, 'disk')]);
      }
    },
  },
  {
    name: 'a TMPDIR that is not there',
    quick: true,
    run: async (world) => {
      const ended = await world.lockstep(['check', bank], { env: { TMPDIR: '/nowhere' } });
      expectEnd(ended, 2, /cannot make a temporary file .* HINT: set TMPDIR/);
    },
  },
]);
