/** Code that a bundler put into one file, with its copy of `pg`: nobody loads that copy by its name. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check, defineModel, operation, type CheckResult } from '../../src/index.ts';
import { postgres } from '../../src/driver/postgres/index.ts';

const engine = postgres();
let folder: string;
let app: { deposit: (amount: number) => Promise<void>; add: (amount: number) => Promise<void> };

const source = `
  import pg from 'pg';
  const pool = new pg.Pool({ connectionString: 'postgres://app@db.example.invalid/app', max: 1 });
  export async function deposit(amount) {
    const { rows } = await pool.query('select balance from account where id = 1');
    await pool.query('update account set balance = $1 where id = 1', [rows[0].balance + amount]);
  }
  export const add = (amount) => pool.query('update account set balance = balance + $1', [amount]);`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-bundled-'));
  const outfile = join(folder, 'app.cjs');
  await esbuild.build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    external: ['pg-native'],
    outfile,
  });
  app = createRequire(import.meta.url)(outfile) as typeof app;
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await engine.close();
});

function checked(run: (amount: number) => Promise<void>): Promise<CheckResult> {
  const model = defineModel({
    name: 'bank',
    schema:
      'create table account (id int primary key, balance int not null); insert into account values (1, 100)',
    operations: { run: operation<[number]>({ run: (_session, amount) => run(amount) }) },
  });
  const sessions = [1, 2].map((amount) => [{ operation: 'run', args: [amount] }]);
  return check(model, {
    engine,
    numRuns: 1,
    examples: [{ rows: {}, sessions }],
    shrink: false,
    certify: false,
  });
}

test('who waits for the only connection sends its own statement when it gets it', async () => {
  const found = await checked(app.deposit);
  expect(found.counterexample?.violation.kind).toBe('not-serializable');
  const held = await checked(app.add);
  expect([held.verdict, held.coverage.exhaustive]).toEqual(['holds', 1]);
});
