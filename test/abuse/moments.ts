/** A check that goes on for ever, and the moments of it that can be seen from outside. */
import type { Running } from '../support/command.ts';
import { bank, type RunOptions, type World } from './world.ts';

const endless = ['--sessions', '3', '--operations', '3', '--runs', '1000', '--schedules', '100000'];

/** A check that finds a failure, then searches without an end. */
export async function begin(world: World, options: RunOptions = {}): Promise<Running> {
  const args = ['check', bank, '--variant', 'faulty,long', ...endless, '--seed', '1', '--workers', '1'];
  return world.startLockstep([...args, ...(await world.where())], options);
}

/** Moments that can be observed from outside, in the order in which they come. */
const moments: Readonly<Record<string, (world: World, running: Running) => Promise<unknown>>> = {
  'the worker is there': (world) => world.processOf('worker'),
  'the first cell is begun': (_, running) => running.said('1/2 bank/faulty'),
  'a backend is there': aBackend,
  'the second cell is begun': (_, running) => running.said('2/2 bank/long'),
};

/** Waits until there is a backend; those of a given server are none of the case's processes, but their database shows. */
export async function aBackend(world: World): Promise<void> {
  if (world.place === 'throw-away') {
    await world.processOf('backend');
    return;
  }
  const server = await world.given();
  await world.until('a database on the given server', async () => (await server.databases()).length > 0);
}

export async function aMoment(world: World, running: Running): Promise<void> {
  await moments[world.random.pick(Object.keys(moments))]?.(world, running);
  // Somewhere between this moment and the next.
  const end = performance.now() + world.random.below(60);
  await world.until('some milliseconds', () => performance.now() >= end);
}
