/** The package as it is published, in a project as `npm init -y` makes it: strict, `nodenext`, CommonJS and ES modules. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lockstep-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files: Readonly<Record<string, string>> = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: { target: 'es2023', module: 'nodenext', strict: true, outDir: 'out', types: ['node'] },
    include: ['*.ts'],
  }),
  'bank-account.ts': `
    import fc from 'fast-check';
    import { defineModel, operation, type Session } from 'pg-lockstep';

    export const bankAccount = defineModel({
      name: 'bank-account',
      schema: 'create table accounts (name text primary key, balance integer not null)',
      rows: fc.constant({ accounts: [{ name: 'alice', balance: 10 }] }),
      operations: {
        deposit: operation({
          arguments: [fc.integer({ min: 1, max: 9 }), fc.constantFrom('alice')],
          run: async ({ client }: Session, amount, name) => {
            const { rows } = await client.query('select balance from accounts where name = $1', [name]);
            await client.query('update accounts set balance = $1', [rows[0].balance + amount]);
          },
        }),
      },
    });`,
  'run.ts': `
    import fc from 'fast-check';
    import { check, lockstepProperty } from 'pg-lockstep';
    import { postgres } from 'pg-lockstep/postgres';
    import { bankAccount } from './bank-account.js';

    async function main(): Promise<void> {
      const engine = postgres();
      const { verdict } = await check(bankAccount, { engine, seed: 7, fastCheck: { verbose: 1 } });
      const property = lockstepProperty(bankAccount, { engine });
      const details = await fc.check(property, { seed: 7, numRuns: 5 });
      console.log(verdict, details.failed);
      await engine.close();
    }
    void main();`,
};

beforeAll(() => {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
    }),
  ) as readonly { readonly filename: string }[];
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  execFileSync('tar', ['-xzf', join(folder, packed?.filename ?? ''), '-C', modules]);
  execFileSync('mv', [join(modules, 'package'), join(modules, 'pg-lockstep')]);
});

test('the action for workflows is in it, where they look for it', () => {
  const action = join(folder, 'node_modules/pg-lockstep/.github/actions/lockstep/action.yml');
  expect(readFileSync(action, 'utf8')).toMatch(/^name: lockstep$/m);
});

test.each(['commonjs', 'module'])('a project of type %s compiles and finds the race', (type) => {
  const project = join(folder, type);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'app', type }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  const run = (...args: readonly string[]): string =>
    execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8' });
  expect(run(join(root, 'node_modules/typescript/bin/tsc'))).toBe('');
  expect(run('out/run.js').trim()).toBe('violated true');
});
