/** The server is killed in the middle of a check: a fault that says so, whoever was using it then. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { postgres } from '../../src/driver/postgres/index.ts';
import { check, defineModel, operation, type Model } from '../../src/index.ts';
import { faultOf } from '../support/fault-of.ts';

const pool = new pg.Pool({ connectionString: 'postgres://app@db.example.invalid/app' });
afterAll(() => pool.end());

type Asked = Pick<pg.ClientBase, 'query'>;

/** Kills the server, and all its processes, by one of its backends. */
function kill(backend: number): void {
  // The name of the process, in brackets, may have spaces.
  const server = Number(
    readFileSync(`/proc/${backend}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[1],
  );
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', `${server}`], { encoding: 'utf8' });
  for (const pid of [server, ...children.trim().split(/\s+/).map(Number)]) process.kill(pid, 'SIGKILL');
}

const backendOf = async (asked: Asked): Promise<number> =>
  (await asked.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0;

/** @param runs executions before the one that kills */
function model(clientOf: (client: Asked) => Asked, runs: number, kills: 'operation' | 'compare'): Model {
  let left = runs;
  let backend = 0;
  const isTime = (): boolean => (left -= 1) < 0;
  return defineModel({
    name: 'bank',
    schema: 'create table account (id int primary key, balance int); insert into account values (1, 1)',
    operations: {
      add: operation({
        run: async ({ client }) => {
          const asked = clientOf(client);
          backend = await backendOf(asked);
          if (kills === 'operation' && isTime()) {
            const sleeping = asked.query('select pg_sleep(60)');
            sleeping.catch(() => {});
            setTimeout(() => kill(backend), 100);
            await sleeping;
          }
          await asked.query('update account set balance = balance + 1');
        },
        compare: (result) => {
          if (kills === 'compare' && backend > 0 && isTime()) kill(backend);
          return result;
        },
      }),
    },
  });
}

const sessions = [1, 2].map(() => [{ operation: 'add', args: [] }]);

test.each([
  ['a statement of the session’s client', (client: Asked) => client, 'operation', 0],
  ['a statement of the session’s client in a later execution', (client: Asked) => client, 'operation', 7],
  ['a statement of the code’s own pool', () => pool, 'operation', 4],
  ['the engine', (client: Asked) => client, 'compare', 5],
] as const)('in the middle of %s', async (_, clientOf, kills, runs) => {
  const engine = postgres();
  const options = { engine, numRuns: 1, examples: [{ rows: {}, sessions }], shrink: false };
  try {
    const fault = await faultOf(() => check(model(clientOf, runs, kills), options));
    expect(fault).toMatchObject({ code: 'server-lost', kind: 'engine' });
    expect(fault.hint).toContain('its log says more');
  } finally {
    await engine.close();
  }
});
