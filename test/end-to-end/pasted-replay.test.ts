/** The replay line that a test runner prints is pasted into a shell, and runs. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main, plainEnvironment, startProgram, type Ended } from '../support/command.ts';
import { configInside } from '../support/vitest-inside.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Inside the package, so that `pg-lockstep` means this very package; not in version control. */
let folder: string;

beforeAll(() => {
  mkdirSync(join(root, 'reports'), { recursive: true });
  folder = mkdtempSync(join(root, 'reports', '.pasted-'));
  mkdirSync(join(folder, 'races'));
  // The model is made by a helper in another file: its call of defineModel is not where the model is exported.
  writeFileSync(
    join(folder, 'helper.ts'),
    `import { defineModel, operation, type Session } from 'pg-lockstep';
export function bank(deposit: (session: Session) => Promise<void>) {
  return defineModel({
    name: 'bank',
    schema: 'create table accounts (balance integer not null)',
    rows: { accounts: [{ balance: 10 }] },
    operations: { deposit: operation({ run: deposit }) },
  });
}
`,
  );
  writeFileSync(
    join(folder, 'races', 'account.ts'),
    `import { bank } from '../helper.ts';
export const account = bank(async ({ client }) => {
  const { rows } = await client.query('select balance from accounts');
  await client.query('update accounts set balance = $1', [rows[0].balance + 1]);
});
`,
  );
  writeFileSync(
    join(folder, 'vitest.test.ts'),
    `import { lockstepTest } from 'pg-lockstep/vitest';
import { postgres } from 'pg-lockstep/postgres';
import { account } from './races/account.ts';
lockstepTest(account, { engine: postgres(), seed: 1, numRuns: 3 });
`,
  );
  writeFileSync(
    join(folder, 'node.ts'),
    `import { test } from 'node:test';
import { assertHolds } from 'pg-lockstep';
import { postgres } from 'pg-lockstep/postgres';
import { account } from './races/account.ts';
test('the account', () => assertHolds(account, { engine: postgres(), seed: 1, numRuns: 3 }));
`,
  );
  writeFileSync(join(folder, 'vitest.config.mjs'), configInside('testTimeout: 60000'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...command: readonly string[]): Promise<Ended> =>
  startProgram([process.execPath, ...command], { cwd: folder, env: plainEnvironment({ NO_COLOR: '1' }) })
    .ended;

/** As a shell reads what somebody copied from the failure. */
function paste(line: string): Promise<{ readonly code: number; readonly output: string }> {
  const command = line.replace(/^lockstep /, '"$NODE" "$MAIN" ');
  const env = { ...plainEnvironment(), NODE: process.execPath, MAIN: main };
  return new Promise((done) =>
    execFile('sh', ['-c', command], { cwd: folder, env }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    ),
  );
}

test.each([
  ['Vitest', ['node_modules/vitest/vitest.mjs', 'run', '--root', '.']],
  ['node:test', ['--import', 'tsx', '--test', 'node.ts']],
])(
  '%s: the line names the file, and fails as it did',
  { timeout: 120_000 },
  async (_, [first = '', ...rest]) => {
    const program = first.startsWith('-') ? first : join(root, first);
    const { code, stdout, stderr } = await run(program, ...rest);
    expect(code).not.toBe(0);
    const line = /lockstep replay .* ?v1:[\w.-]+/.exec(stdout + stderr)?.[0] ?? '';
    expect(line).toMatch(/^lockstep replay races\/account\.ts v1:/);
    const pasted = await paste(line);
    expect(pasted.output).toContain('VIOLATION  lost update (P4) in bank');
    expect(pasted.code).toBe(1);
  },
);

test('a name alone: the error says what to give', async () => {
  const { stderr, code } = await run(main, 'replay', 'bank', await lineOf());
  expect(stderr).toContain(
    'error: the replay line is of model bank, and nothing says which file defines that',
  );
  expect(stderr).toContain('HINT: give the file that exports the model: lockstep replay FILE v1:...');
  expect(code).toBe(2);
});

async function lineOf(): Promise<string> {
  const { formatReplayLine } = await import('../../src/report/replay-line.ts');
  const setting = {
    model: 'bank',
    driver: 'postgres',
    isolation: 'read committed',
    order: 'session',
  } as const;
  return formatReplayLine(setting, { rows: {}, sessions: [[{ operation: 'deposit', args: [] }]] }, []);
}
