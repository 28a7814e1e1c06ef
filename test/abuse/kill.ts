/** Processes that are killed without a chance to clean up. */
import { places, topic, type AbuseCase } from './case.ts';
import { expectEnd, expectKilled } from './expect.ts';
import { aMoment, begin } from './moments.ts';

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
    name: 'kill -9 of the guardian',
    chance: true,
    run: async (world) => {
      const running = await begin(world);
      const { pid } = await world.processOf('guardian');
      await aMoment(world, running);
      world.processes();
      process.kill(pid, 'SIGKILL');
      running.process.kill('SIGINT');
      expectEnd(await running.ended, [4, 130]);
    },
  },
  {
    name: 'kill -9 of the worker and the command',
    places,
    chance: true,
    run: async (world) => {
      const running = await begin(world);
      const { pid } = await world.processOf('worker');
      await aMoment(world, running);
      world.processes();
      process.kill(pid, 'SIGKILL');
      running.process.kill('SIGKILL');
      expectKilled(await running.ended);
    },
  },
  {
    name: 'kill -9 of the postmaster',
    places,
    chance: true,
    run: async (world) => {
      const running = await begin(world);
      await aMoment(world, running);
      const server = world.place === 'throw-away' ? undefined : await world.given();
      process.kill(server?.postmaster ?? (await world.processOf('postmaster')).pid, 'SIGKILL');
      // The cell is tried once more, on a server that is back or another one.
      await running.said('trying it once more');
      await server?.ready();
      running.process.kill('SIGINT');
      expectEnd(
        await running.ended,
        [4, 130],
        /error: (?:no Postgres|the connection to the Postgres|the Postgres) server/,
      );
    },
  },
  {
    name: 'kill -9 of a backend',
    places,
    chance: true,
    run: async (world) => {
      const running = await begin(world);
      await running.said('2/2 bank/long');
      await aMoment(world, running);
      const server = world.place === 'throw-away' ? undefined : await world.given();
      // One that was seen may have ended since: then another.
      await world.until('a backend of ours that is killed', async () => {
        const pids =
          server === undefined
            ? world.processes('backend').map(({ pid }) => pid)
            : (await server.query("select pid from pg_stat_activity where datname like 'lockstep%'")).map(
                ({ pid }) => Number(pid),
              );
        return pids.length > 0 && killed(world.random.pick(pids));
      });
      await server?.ready();
      // A server whose backend was killed ends all connections and starts again by itself.
      await world.until(
        'the end, or another attempt',
        () => running.process.exitCode !== null || running.stderr.includes('trying it once more'),
      );
      running.process.kill('SIGINT');
      expectEnd(await running.ended, [1, 3, 4, 130]);
    },
  },
  {
    name: 'kill -9 of the worker',
    places,
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

/** False when it had ended. */
function killed(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
