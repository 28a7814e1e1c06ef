/** A fault of the engine in one cell: the others go on, and every report shows every cell. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { topic, type AbuseCase } from './case.ts';
import { expectEnd } from './expect.ts';
import { bank, fixture } from './world.ts';

const small = ['--sessions', '2', '--operations', '1', '--runs', '1', '--seed', '1', '--workers', '1'];

export const faults: readonly AbuseCase[] = topic('faults', [
  {
    name: 'the connections of one cell are ended',
    places: ['throw-away', 'plain role'],
    run: async (world) => {
      const variants = ['--variant', 'ends-connections,faulty,mended', '--junit', 'junit.xml'];
      const args = ['check', fixture('awkward.ts'), bank, ...variants, ...small, ...(await world.where())];
      const ended = await world.lockstep(args);
      const tried = /connection to the Postgres server was lost .*trying it once more/;
      expectEnd(ended, 4, tried, /1 held, 1 violated, 0 without a verdict, 1 could not be checked/);
      const junit = readFileSync(join(world.folder, 'junit.xml'), 'utf8');
      assert.match(junit, /<testsuites [^>]*tests="3" failures="1" errors="1"/);
      assert.match(junit, /<error type="fault" message="it could not be checked: a connection/);
    },
  },
  {
    name: 'no server answers',
    quick: true,
    run: async (world) => {
      const all = ['--isolation', 'all', '--server', 'postgres://nobody@127.0.0.1:1/x', '--json', 'all.json'];
      const ended = await world.lockstep(['check', bank, ...all, ...small]);
      expectEnd(ended, 4, /no Postgres server answers/, /2 could not be checked, 7 not begun/);
      const { results } = JSON.parse(readFileSync(join(world.folder, 'all.json'), 'utf8'));
      assert.equal(results.length, 9);
    },
  },
]);
