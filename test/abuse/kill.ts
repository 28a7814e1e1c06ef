/** Processes that are killed without a chance to clean up. */
import { places, topic, type AbuseCase } from './case.ts';
import { expectEnd, expectKilled } from './expect.ts';
import { bank, type World } from './world.ts';
import type { Running } from '../support/command.ts';

const endless = ['--sessions', '3', '--operations', '3', '--runs', '1000', '--schedules', '100000'];

/** A check that finds a failure, then searches without an end. */
async function begin(world: World): Promise<Running> {
  const args = ['check', bank, '--variant', 'faulty,long', ...endless, '--seed', '1', '--workers', '1'];
  return world.startLockstep([...args, ...(await world.where())]);
}

/** Moments that can be observed from outside, in the order in which they come. */
const moments: Readonly<Record<string, (world: World, running: Running) => Promise<unknown>>> = {
  'the worker is there': (world) => world.processOf('worker'),
  'the first cell is begun': (_, running) => running.said('1/2 bank/faulty'),
  'a backend is there': (world) =>
    world.place === 'throw-away' ? world.processOf('backend') : backendOnGiven(world),
  'the second cell is begun': (_, running) => running.said('2/2 bank/long'),
};

async function backendOnGiven(world: World): Promise<void> {
  const server = await world.given();
  await world.until('a database on the given server', async () => (await server.databases()).length > 0);
}

async function aMoment(world: World, running: Running): Promise<void> {
  await moments[world.random.pick(Object.keys(moments))]?.(world, running);
  // Somewhere between this moment and the next.
  const end = performance.now() + world.random.below(60);
  await world.until('some milliseconds', () => performance.now() >= end);
}

export const kill: readonly AbuseCase[] = topic('kill', [
  {
    name: 'kill -9 of the command',
    places,
    quick: ['throw-away'],
    chance: true,
    run: async (world) => {
      const running = await begin(world);
      await aMoment(world, running);
      world.processes();
      running.process.kill('SIGKILL');
      expectKilled(await running.ended);
    },
  },
  {
    name: 'kill -9 of the worker',
    places,
    quick: ['throw-away'],
    chance: true,
    run: async (world) => {
      const running = await begin(world);
      const { pid } = await world.processOf('worker');
      await aMoment(world, running);
      process.kill(pid, 'SIGKILL');
      await world.until(
        'the end, or another worker',
        () => running.process.exitCode !== null || world.processes('worker').some((each) => each.pid !== pid),
      );
      running.process.kill('SIGINT');
      expectEnd(await running.ended, [4, 130], /the process that runs the models ended by SIGKILL/);
    },
  },
]);
