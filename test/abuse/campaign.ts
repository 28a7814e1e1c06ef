/**
 * A campaign whose command, worker or server is killed, or whose disk is full: what it has displayed is in the corpus,
 * nothing is half written, and the next start goes on. `npm run abuse -- --topic campaign --rounds 50`: 200 kills.
 */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Corpus } from '../../src/campaign/corpus/corpus.ts';
import { wholeCampaign } from '../../src/campaign/fuzz/shard.ts';
import { readState, stateFile, totalsOf } from '../../src/campaign/fuzz/state.ts';
import type { Ended, Running } from '../support/command.ts';
import { topic, type AbuseCase } from './case.ts';
import { cannotMount, withDisk } from './disk.ts';
import { expectEnd, expectKilled } from './expect.ts';
import { aBackend } from './moments.ts';
import { bank, type World } from './world.ts';

const fuzz = ['fuzz', bank, '--variant', 'faulty,mended', '--seed', '1', '--workers', '1'];

async function begin(world: World): Promise<Running> {
  return world.startLockstep([...fuzz, '--time', '1h', ...(await world.where())]);
}

/** Rounds of all starts so far. It is never half written. */
function roundsIn(folder: string): number {
  const found = readState(stateFile(join(folder, 'reports'), wholeCampaign));
  assert.notEqual(found.kind, 'damaged');
  return found.kind === 'found' ? totalsOf(found.state).rounds : 0;
}

/** Somewhere from its very start to some rounds later. */
async function aMoment(world: World, running: Running): Promise<void> {
  const moments = ['at once', 'the server is there', 'a race', 'some rounds'] as const;
  switch (world.random.pick(moments)) {
    case 'at once':
      break;
    case 'the server is there':
      await aBackend(world);
      break;
    case 'a race':
      await running.said('new race');
      break;
    case 'some rounds': {
      const rounds = 1 + world.random.below(6);
      await world.until(`${rounds} rounds`, () => roundsIn(world.folder) >= rounds);
    }
  }
  const end = performance.now() + world.random.below(600);
  await world.until('some milliseconds', () => performance.now() >= end);
}

/** Nothing that was displayed is lost, nothing is half written, and the next start goes on. */
async function expectGoesOn(world: World, { stdout }: Pick<Ended, 'stdout'>): Promise<void> {
  const { entries, damaged } = Corpus.open(join(world.folder, 'corpus'));
  assert.deepEqual(damaged, []);
  const ids = entries.map(({ id }) => id);
  for (const [, id = ''] of stdout.matchAll(/^new race (\w+)/gm)) assert.ok(ids.includes(id), id);
  const before = roundsIn(world.folder);
  const args = [...fuzz, '--schedules', '500', ...(await world.where())];
  const next = await world.lockstep(args);
  expectEnd(next, 1, before > 0 ? /going on with the campaign/ : /campaign/);
  assert.ok(roundsIn(world.folder) > before);
  const { entries: after } = Corpus.open(join(world.folder, 'corpus'));
  assert.equal(after.length, 1, 'the one race, once');
}

export const campaign: readonly AbuseCase[] = topic('campaign', [
  {
    name: 'kill -9 of the command that fuzzes',
    places: ['throw-away', 'superuser'],
    chance: true,
    run: async (world) => {
      const running = await begin(world);
      await aMoment(world, running);
      world.processes();
      running.process.kill('SIGKILL');
      const ended = await running.ended;
      expectKilled(ended);
      await world.until('nothing of it runs', () => world.processes().length === 0);
      await expectGoesOn(world, ended);
    },
  },
  {
    name: 'kill -9 of the worker that fuzzes',
    chance: true,
    run: async (world) => {
      const running = await begin(world);
      const { pid } = await world.processOf('worker');
      await aMoment(world, running);
      process.kill(pid, 'SIGKILL');
      const rounds = roundsIn(world.folder);
      // It may have been loading the models: then there is nothing to go on with.
      const over = (): boolean => running.process.exitCode !== null;
      await world.until('the end, or another round', () => over() || roundsIn(world.folder) > rounds);
      running.process.kill('SIGINT');
      const ended = await running.ended;
      expectEnd(ended, [4, 130]);
      await expectGoesOn(world, ended);
    },
  },
  {
    name: 'kill -9 of the server of a campaign',
    places: ['throw-away', 'superuser'],
    chance: true,
    run: async (world) => {
      const running = await begin(world);
      await aMoment(world, running);
      const server = world.place === 'throw-away' ? undefined : await world.given();
      process.kill(server?.postmaster ?? (await world.processOf('postmaster')).pid, 'SIGKILL');
      await server?.ready();
      // The round that it cost is tried again, on a server that is back or another one.
      const rounds = roundsIn(world.folder);
      await world.until('a round after it', () => roundsIn(world.folder) > rounds + 1);
      running.process.kill('SIGINT');
      const ended = await running.ended;
      expectEnd(ended, 130);
      await expectGoesOn(world, ended);
    },
  },
  {
    name: 'a disk without room for what a campaign writes',
    unfit: cannotMount,
    run: (world) =>
      withDisk(world, '8k', async (disk) => {
        const folders = ['--corpus', join(disk, 'corpus'), '--reports', join(disk, 'reports')];
        const run = (): Promise<Ended> => world.lockstep([...fuzz, '--schedules', '500', ...folders]);
        writeFileSync(join(disk, 'filler'), Buffer.alloc(8192));
        const full = await run();
        // The race is told all the same, and that it could not be kept.
        expectEnd(full, 1, /VIOLATION .*lost update/, /cannot write/, /no space left/i, /not in the corpus/);
        const corpus = Corpus.open(join(disk, 'corpus'));
        assert.deepEqual([corpus.entries, corpus.damaged], [[], []]);
        rmSync(join(disk, 'filler'));
        expectEnd(await run(), 1, /1 new race/);
        assert.equal(Corpus.open(join(disk, 'corpus')).entries.length, 1);
      }),
  },
]);
