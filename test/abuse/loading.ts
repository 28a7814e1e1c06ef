/** Files of the user that do something else than export models. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { topic, type AbuseCase } from './case.ts';
import { expectEnd, expectKilled } from './expect.ts';
import { fixture, type World } from './world.ts';

const awkward = fixture('awkward.ts');
const small = ['--sessions', '2', '--operations', '1', '--runs', '1', '--seed', '1'];

function write(world: World, name: string, text: string): void {
  writeFileSync(join(world.folder, name), text);
}

export const loading: readonly AbuseCase[] = topic('loading', [
  {
    name: 'a model file that never finishes loading',
    quick: true,
    run: async (world) => {
      write(world, 'waits.mjs', 'await new Promise(() => setInterval(() => {}, 1000));');
      const ended = await world.lockstep(['check', 'waits.mjs', '--stall', '5s']);
      expectEnd(ended, 2, /waits\.mjs does not finish loading DETAIL: it was not done after 5 s/);
    },
  },
  {
    name: 'a model file that loops',
    run: async (world) => {
      write(world, 'loops.mjs', 'for (;;);');
      const ended = await world.lockstep(['check', 'loops.mjs', '--stall', '5s']);
      expectEnd(ended, 3, /the file loops\.mjs was begun last, and has not given control back/);
    },
  },
  {
    name: 'kill -9 of the command while a model file loops',
    run: async (world) => {
      write(world, 'loops.mjs', 'console.error("looping"); for (;;);');
      const running = world.startLockstep(['check', 'loops.mjs']);
      await running.said('looping');
      running.process.kill('SIGKILL');
      expectKilled(await running.ended);
    },
  },
  {
    name: 'a configuration that never finishes loading, and ones with functions',
    run: async (world) => {
      write(world, 'waits.config.mjs', 'await new Promise(() => setInterval(() => {}, 1000));');
      const waits = ['list', '--config', 'waits.config.mjs', '--stall', '5s'];
      expectEnd(await world.lockstep(waits), 2, /waits\.config\.mjs does not finish loading/);
      for (const value of ['{ models: () => ["models"] }', '() => ({ models: [] })', '{ time: Symbol() }']) {
        write(world, 'odd.config.mjs', `export default ${value};`);
        const ended = await world.lockstep(['list', '--config', 'odd.config.mjs']);
        expectEnd(ended, 2, /cannot be used DETAIL: .* is (?:a function|not plain data)/);
      }
    },
  },
  {
    name: 'check . runs no script',
    run: async (world) => {
      write(world, 'deploy.mjs', 'import { writeFileSync } from "node:fs"; writeFileSync("deployed", "");');
      write(
        world,
        'tool.mjs',
        'import { writeFileSync } from "node:fs"; writeFileSync("deployed", ""); export {};',
      );
      write(world, 'bank.ts', `export { mended } from ${JSON.stringify(fixture('bank.ts'))}; // defineModel`);
      const ended = await world.lockstep(['check', '.', ...small]);
      expectEnd(
        ended,
        0,
        /HOLDS/,
        /not loaded, .*: deploy\.mjs, tool\.mjs; a file that is named itself is loaded/,
      );
      assert.ok(!existsSync(join(world.folder, 'deployed')), 'a script was run');
    },
  },
  ...(
    [
      [
        'rejects',
        2,
        /threw an error that nobody caught DETAIL: Error: nobody awaits this .*awkward\.ts:\d+\); begun last/,
      ],
      ['throws-later', 2, /threw an error that nobody caught DETAIL: TypeError: .*awkward\.ts:\d+\)/],
      [
        'leaves',
        4,
        /the process that runs the models ended with code 7 DETAIL: begun last: operation act of awkward\/leaves/,
      ],
      ['takes-functions', [1, 2, 3], /awkward\/takes-functions|not plain data/],
    ] as const
  ).map(([variant, code, says]) => ({
    name: `an operation that ${variant}`,
    run: async (world: World) => {
      expectEnd(await world.lockstep(['check', awkward, '--variant', variant, ...small]), code, says);
    },
  })),
]);
