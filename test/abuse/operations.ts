/** Operations that treat the database, their connection or whoever awaits them badly: see `fixtures/hostile.ts`. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ended } from '../support/command.ts';
import { places, topic, type AbuseCase, type CaseDefinition } from './case.ts';
import { expectEnd } from './expect.ts';
import { GivenServer } from './given-server.ts';
import { fixture, type World } from './world.ts';

const small = ['--sessions', '2', '--operations', '1', '--runs', '1', '--seed', '1', '--workers', '1'];

async function check(
  world: World,
  variants: readonly string[],
  options: readonly string[] = [],
): Promise<Ended> {
  const where = options.includes('--server') ? [] : await world.where();
  const args = ['--variant', variants.join(','), ...small, ...options, ...where];
  return world.lockstep(['check', fixture('hostile.ts'), ...args]);
}

/** Around a safe write each holds, and around one that loses updates each is violated. */
async function bothVerdicts(
  world: World,
  variants: readonly string[],
  options: readonly string[] = [],
): Promise<void> {
  const all = variants.flatMap((variant) => [variant, `${variant}-losing`]);
  const ended = await check(world, all, [...options, '--json', 'all.json']);
  expectEnd(ended, 1, new RegExp(`${variants.length} held, ${variants.length} violated`));
  const { results } = JSON.parse(readFileSync(join(world.folder, 'all.json'), 'utf8')) as {
    results: readonly { readonly setting: { readonly model: string }; readonly verdict: string }[];
  };
  const verdicts = Object.fromEntries(
    results.map(({ setting, verdict }) => [setting.model.split('/')[1], verdict]),
  );
  const expected = all.map((variant) => [variant, variant.endsWith('-losing') ? 'violated' : 'holds']);
  assert.deepEqual(verdicts, Object.fromEntries(expected));
}

/** Each is refused in plain words. */
async function refused(world: World, variants: readonly string[], says: RegExp): Promise<void> {
  const ended = await check(world, variants);
  expectEnd(ended, 2, says, new RegExp(`${variants.length} could not be checked`));
}

const definitions: readonly CaseDefinition[] = [
  {
    name: 'odd throws',
    run: (world) =>
      bothVerdicts(
        world,
        [
          'undefined',
          'null',
          'a-string',
          'a-symbol',
          'a-frozen-object',
          'a-frozen-error',
          'an-unreadable-object',
          'a-bare-object',
          'unreadable-properties',
          'a-revoked-proxy',
        ].map((name) => `throws-${name}`),
      ),
  },
  {
    name: 'odd results',
    run: (world) => bothVerdicts(world, ['a-circle', 'a-thenable', 'a-result-that-refuses', 'many-rows']),
  },
  {
    name: 'a result of 100,000 rows',
    run: async (world) =>
      expectEnd(await check(world, ['a-hundred-thousand-rows'], ['--stall', '60s']), 0, /HOLDS/),
  },
  {
    name: 'results that are too large',
    run: (world) =>
      refused(world, ['too-many-rows', 'a-deep-result'], /returns a value too large to compare/),
  },
  {
    places,
    name: 'a transaction left open',
    run: async (world) => {
      expectEnd(
        await check(world, ['leaves-a-transaction-open']),
        1,
        /VIOLATION stuck .*waits in the database/,
      );
      expectEnd(await check(world, ['leaves-a-read-open']), 0, /HOLDS/);
    },
  },
  {
    places,
    name: 'ended clients and pools',
    run: (world) =>
      bothVerdicts(world, [
        'ends-its-client',
        'uses-an-ended-client',
        'ends-its-pool',
        'uses-an-ended-pool',
        'keeps-clients-of-its-pool',
        'kills-its-connection',
        'destroys-its-socket',
      ]),
  },
  {
    name: 'COPY as text',
    run: (world) =>
      bothVerdicts(world, ['copies-out', 'copies-in', 'copies-to-a-file', 'copies-to-a-program']),
  },
  {
    name: 'objects that know themselves how they are sent',
    run: async (world) => {
      await bothVerdicts(world, ['streams-a-copy', 'reads-a-cursor', 'reads-a-stream']);
      expectEnd(await check(world, ['leaves-a-cursor-open']), 3, /act, run alone, does not end/);
    },
  },
  {
    places,
    name: 'cursors of SQL, LISTEN and temporary tables',
    run: (world) =>
      bothVerdicts(world, [
        'declares-a-cursor',
        'keeps-a-cursor',
        'listens',
        'goes-on-listening',
        'makes-a-temporary-table',
        'drops-its-temporary-table',
      ]),
  },
  {
    places,
    name: 'large objects',
    run: async (world) => {
      await bothVerdicts(world, ['makes-a-large-object']);
      expectEnd(await check(world, ['large-object-losing']), 1, /VIOLATION/);
    },
  },
  {
    name: 'statements that are none, or fail, or are several',
    run: (world) =>
      bothVerdicts(world, [
        'sends-no-sql',
        'sends-nonsense',
        'sends-null-bytes',
        'sends-several',
        'sleeps-in-the-database',
      ]),
  },
  {
    places,
    name: 'two-phase commit where it is switched off',
    run: async (world) => {
      const all = ['commits-in-two-phases', 'loses-in-two-phases', 'leaves-a-prepared-transaction'];
      expectEnd(await check(world, all), 2, /SQLSTATE 55000: prepared transactions are disabled/);
    },
  },
  ...(['postgres', 'plain'] as const).map((role) => ({
    name: `two-phase commit as ${role}`,
    run: async (world: World) => {
      const server = await GivenServer.start(tmpdir(), { max_prepared_transactions: '10' });
      try {
        const where = ['--server', server.url(role), '--step-timeout', '2s', '--database-timeout', '5s'];
        expectEnd(await check(world, ['commits-in-two-phases'], where), 0, /HOLDS/);
        // Its statements are not looked into, so it has no name.
        expectEnd(
          await check(world, ['loses-in-two-phases'], where),
          1,
          /VIOLATION .*t holds \(2\); every serial order leaves \(3\)/,
        );
        const left = await check(world, ['leaves-a-prepared-transaction'], where);
        expectEnd(left, 1, /VIOLATION stuck .*s2 act\(\) waits in the database/);
        assert.deepEqual(await server.databases(), []);
      } finally {
        await server.stop();
      }
    },
  })),
  {
    name: 'an operation that loops',
    run: async (world) =>
      expectEnd(
        await check(world, ['loops'], ['--stall', '3s']),
        3,
        /INCONCLUSIVE .*operation act of hostile\/loops was begun last, and has not given control back/,
      ),
  },
  ...(
    [
      ['never-returns', 3, /INCONCLUSIVE .*never-returns/],
      ['never-returns-after-a-write', 3, /INCONCLUSIVE .*never-returns-after-a-write/],
      ['waits-an-hour', 3, /INCONCLUSIVE .*outside/],
      ['reads-for-ever', 3, /INCONCLUSIVE .*steps/],
      ['writes-for-ever', 3, /INCONCLUSIVE .*steps/],
      ['sleeps-for-ever', 3, /INCONCLUSIVE .*stepTimeoutMs/],
      ['forgets-an-await', 1, /VIOLATION .*not awaited/],
      ['forgets-to-await-its-commit', 1, /VIOLATION .*not awaited/],
      ['forgets-what-fails', 2, /threw an error that nobody caught DETAIL: error: division by zero/],
    ] as const
  ).map(([variant, code, says]) => ({
    name: `an operation that ${variant.replaceAll('-', ' ')}`,
    run: async (world: World) =>
      expectEnd(
        await check(world, [variant], ['--step-timeout', '2s', '--outside-timeout', '2s']),
        code,
        says,
      ),
  })),
  ...(
    [
      ['exits-with-0', /ended with code 0 DETAIL: begun last: operation act of hostile\/exits-with-0/],
      ['kills-itself', /ended by SIGKILL DETAIL: begun last: operation act of hostile\/kills-itself/],
      ['aborts', /ended by SIGABRT DETAIL: begun last: operation act of hostile\/aborts/],
    ] as const
  ).map(([variant, says]) => ({
    name: `an operation that ${variant.replaceAll('-', ' ')}`,
    quick: variant === 'exits-with-0',
    run: async (world: World) => expectEnd(await check(world, [variant]), 4, says),
  })),
  {
    name: 'operations that change the process',
    run: (world) =>
      bothVerdicts(world, [
        'sets-the-exit-code',
        'changes-the-folder',
        'closes-stdout',
        'closes-stderr',
        'talks',
      ]),
  },
];

export const operations: readonly AbuseCase[] = topic('operations', definitions);
