/** A service on Node against a worker in Python, and a service that goes wrong. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { check, http, processes, replay, several } from '../../../src/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { faultOf } from '../../support/fault-of.ts';
import { bankIn, call, workers } from './support.ts';

const engine = postgres();
afterAll(() => engine.close());

const isMissing = spawnSync('/usr/bin/python3', ['-c', 'import psycopg2']).status !== 0;
if (isMissing) console.log('python3-psycopg2 is not installed: tests of a worker in Python are skipped');

const service = http({ command: [process.execPath, `${workers}service.js`], ready: '/' });
const SDK = fileURLToPath(new URL('../../../examples/sdk/python', import.meta.url));
const worker = processes({ command: ['/usr/bin/python3', `${workers}bank.py`], env: { SDK } });

describe.skipIf(isMissing)('a service on Node against a worker in Python', () => {
  test.each([
    ['', 'deposit', 'violated'],
    ['for update', 'careful', 'holds'],
  ])('%s', async (lock, name, verdict) => {
    const request = (amount: number): { path: string; body: object } => ({
      path: '/',
      body: { amount, lock },
    });
    const model = bankIn(several(service, worker), { served: { request }, [name]: {} });
    const result = await check(model, {
      engine,
      numRuns: 1,
      certify: false,
      examples: [{ rows: {}, sessions: [[call('served', 1)], [call(name, 2)]] }],
    });
    expect(result.verdict).toBe(verdict);
    if (verdict === 'holds') expect(result.coverage.exhaustive).toBe(1);
    else {
      const again = await replay(model, result.counterexample?.replay ?? '', { engine, times: 20 });
      expect(again.counterexample?.violation).toEqual(result.counterexample?.violation);
    }
  });
});

describe('a service that', () => {
  const run = (clients: typeof service): Promise<unknown> =>
    check(bankIn(clients, { ask: { request: () => ({ path: '/' }) } }), { engine, numRuns: 1 });
  const node = (script: string) => [process.execPath, '-e', script] as [string, ...string[]];

  test('never listens is given up in time', async () => {
    const command = node('console.error("still waiting"); setInterval(() => {}, 1000)');
    const fault = await faultOf(() => run(http({ command, ready: '/health', startTimeoutMs: 1_000 })));
    expect(fault).toMatchObject({ code: 'worker-start' });
    expect(fault.detail).toBe('it did not answer at /health within 1000 ms\nstill waiting');
  });

  test('ends in a request is a mistake, with its exit code', async () => {
    const script = `let asked = 0; require('http').createServer((_, response) => {
      if (asked++ > 0) process.exit(4); else response.end(); }).listen(process.env.PORT)`;
    const fault = await faultOf(() => run(http({ command: node(script), ready: '/' })));
    expect(fault).toMatchObject({ code: 'operation-fails' });
    expect(fault.detail).toContain('the service ended with exit code 4');
  });

  test('gets an operation without a request is a mistake', async () => {
    const fault = await faultOf(() => check(bankIn(service, { ask: {} }), { engine, numRuns: 1 }));
    expect(fault.message).toBe('operation ask has no `request` for the HTTP service');
  });
});
