/** Drivers for Python in worker processes: the race is found and replayed 20 times of 20, and its mend passes all schedules. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { check, processes, replay, type CheckOptions } from '../../../src/index.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { bankIn, call, workers } from './support.ts';

const engine = postgres();
afterAll(() => engine.close());
const SDK = fileURLToPath(new URL('../../../examples/sdk/python', import.meta.url));
const isMissing = (name: string): boolean =>
  spawnSync('/usr/bin/python3', ['-c', `import ${name}`]).status !== 0;

describe.each(['psycopg', 'asyncpg'])('%s', (name) => {
  const clients = processes({ command: ['/usr/bin/python3', `${workers}bank_${name}.py`], env: { SDK } });
  const two = (operation: string): CheckOptions => ({
    engine,
    numRuns: 1,
    certify: false,
    examples: [{ rows: {}, sessions: [[call(operation, 1)], [call(operation, 2)]] }],
  });

  test.skipIf(isMissing(name))('a deposit is lost, and none with the row locked', async () => {
    const model = bankIn(clients, { deposit: {} });
    const result = await check(model, two('deposit'));
    expect(result.verdict).toBe('violated');
    const again = await replay(model, result.counterexample?.replay ?? '', { engine, times: 20 });
    expect(again.exploration.inconclusive).toBeUndefined();
    expect(again.counterexample?.violation).toEqual(result.counterexample?.violation);

    const mended = await check(bankIn(clients, { careful: {} }), two('careful'));
    expect([mended.verdict, mended.coverage.exhaustive]).toEqual(['holds', 1]);
  });
});
