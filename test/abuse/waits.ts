/** Processes of the server that are stopped: nothing waits for them for ever. */
import { topic, type AbuseCase } from './case.ts';
import { expectEnd } from './expect.ts';
import { bank } from './world.ts';

const limits = ['--step-timeout', '1s', '--database-timeout', '2s', '--time', '20s'];

export const waits: readonly AbuseCase[] = topic('waits', [
  {
    name: 'SIGSTOP of every backend that is there',
    chance: true,
    run: async (world) => {
      const args = ['check', bank, '--variant', 'long', '--runs', '1000', '--schedules', '100000'];
      const running = world.startLockstep([...args, '--seed', '1', '--workers', '1', ...limits]);
      await world.processOf('backend');
      const end = performance.now() + world.random.below(200);
      await world.until('some milliseconds', () => performance.now() >= end);
      for (const { pid } of world.processes('backend')) process.kill(pid, 'SIGSTOP');
      // A verdict, if the backends were not needed any more; else a limit, or a fault that names one.
      expectEnd(await running.ended, [0, 3, 4]);
    },
  },
]);
