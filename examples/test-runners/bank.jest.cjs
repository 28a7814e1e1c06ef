/** Under Jest, as a CommonJS module: `import()` loads pg-lockstep, which consists of ES modules. */
const { expect, test } = require('@jest/globals');

const model = {
  name: 'test-runners',
  variant: 'common-js',
  schema: 'create table accounts (id int primary key, balance int); insert into accounts values (1, 10)',
  // The application is loaded when the check has begun.
  setup: () => {
    const { Pool } = require('pg');
    return new Pool({ max: 1 });
  },
  operations: {
    deposit: {
      run: async ({ app }) => {
        const { rows } = await app.query('select balance from accounts where id = 1');
        await app.query('update accounts set balance = $1 where id = 1', [rows[0].balance + 5]);
      },
    },
  },
};

test('a deposit that reads and writes is lost', async () => {
  const { check, formatResult } = await import('pg-lockstep');
  const { postgres } = await import('pg-lockstep/postgres');
  const engine = postgres();
  const found = await check(model, { engine, sessions: 2, maxOperations: 1, numRuns: 2, seed: 'bank' });
  expect(formatResult(found)).toMatch(/^VIOLATION {2}lost update/);
  await engine.close();
}, 60_000);
