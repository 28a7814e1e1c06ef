/** The library under Vitest: operations that never give control back, and a Vitest that is killed. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Running } from '../support/command.ts';
import { configInside } from '../support/vitest-inside.ts';
import { topic, type AbuseCase } from './case.ts';
import { expectEnd, expectKilled } from './expect.ts';
import type { World } from './world.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');

const file = `
import { defineModel, operation } from 'pg-lockstep';
import { lockstepTest } from 'pg-lockstep/vitest';
import { postgres } from 'pg-lockstep/postgres';
const model = (name, act) => defineModel({
  name, schema: 'create table t (n integer)', rows: { t: [{ n: 1 }] }, operations: { act: operation({ run: act }) },
});
const stays = model('stays', async ({ client }) => {
  await client.query('select n from t');
  if (process.env.LOOP) for (;;);
});
lockstepTest(stays, { engine: postgres(), stallMs: 2000, numRuns: 100000, maxSchedules: 100000, timeBudgetMs: 600000 });
`;

/** Vitest on a file inside the package, so that `pg-lockstep` means this very package. */
async function withVitest(
  world: World,
  env: Readonly<Record<string, string>>,
  work: (running: Running) => Promise<void>,
): Promise<void> {
  mkdirSync(join(root, 'reports'), { recursive: true });
  const folder = mkdtempSync(join(root, 'reports', '.abuse-'));
  try {
    writeFileSync(join(folder, 'stays.test.js'), file);
    writeFileSync(join(folder, 'vitest.config.mjs'), configInside('pool: "forks"'));
    await work(
      world.start([process.execPath, vitest, 'run', '--root', folder], { env: { NO_COLOR: '1', ...env } }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const testRunner: readonly AbuseCase[] = topic('test runner', [
  {
    name: 'an operation that loops under Vitest',
    quick: true,
    run: (world) =>
      withVitest(world, { LOOP: '1' }, async (running) => {
        const { stdout, ...ended } = await running.ended;
        // Vitest itself shows where it noticed that its worker was gone.
        const own = stdout.replaceAll(/^.*(?:node:|node_modules).*$/gm, '');
        expectEnd(
          { ...ended, stdout: own },
          1,
          /the limit stallMs was hit: operation act of stays was begun last/,
        );
      }),
  },
  {
    name: 'kill -9 of Vitest',
    chance: true,
    run: (world) =>
      withVitest(world, {}, async (running) => {
        await world.processOf('backend');
        world.processes();
        running.process.kill('SIGKILL');
        expectKilled(await running.ended);
        // Its worker is Vitest's, and goes on until it notices; what counts is what is left of ours once it is gone.
        for (const { pid, command } of world.processes()) if (/vitest/.test(command)) end(pid);
        // So is a folder with a random name in which it keeps its modules: whoever is killed cannot remove it.
        for (const name of readdirSync(world.temp).filter((each) => /^[\w-]{21}$/.test(each)))
          rmSync(join(world.temp, name), { recursive: true, force: true });
      }),
  },
]);

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has noticed.
  }
}
