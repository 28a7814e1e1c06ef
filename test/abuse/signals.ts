/** Signals, as a terminal, a service manager and a closed connection send them; and a pipe that is closed. */
import { places, topic, type AbuseCase } from './case.ts';
import { expectEnd, expectPlain } from './expect.ts';
import { aMoment, begin } from './moments.ts';
import { bank } from './world.ts';

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export const signals: readonly AbuseCase[] = topic(
  'signals',
  (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).flatMap((signal) => [
    {
      name: `${signal} to the command`,
      places,
      chance: true,
      run: async (world) => {
        const running = await begin(world);
        await aMoment(world, running);
        running.process.kill(signal);
        expectEnd(await running.ended, codes[signal]);
      },
    },
    {
      name: `${signal} to all of its group`,
      places,
      quick: signal === 'SIGHUP' ? ['plain role'] : false,
      chance: true,
      run: async (world) => {
        const running = await begin(world, { detached: true });
        await aMoment(world, running);
        process.kill(-(running.process.pid ?? 0), signal);
        expectEnd(await running.ended, codes[signal]);
      },
    },
  ]),
).concat(
  topic('signals', [
    {
      name: 'the reader of stdout goes away',
      places,
      run: async (world) => {
        const running = world.startLockstep(['check', bank, '--seed', '1', ...(await world.where())]);
        running.process.stdout?.destroy();
        const ended = await running.ended;
        expectPlain(ended);
        expectEnd(ended, [141, 0, 1]);
      },
    },
  ]),
);
