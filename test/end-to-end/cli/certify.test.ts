/** `certify`: certificates are written, checked, and go red for what changed. */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failuresIn, lockstep, sharedServer, start, type Ended, type SharedServer } from './lockstep.ts';

let server: SharedServer;
beforeAll(async () => {
  server = await sharedServer();
});

/** Inside the package, so that a copied model finds what it imports; not in version control. */
const cwd = fileURLToPath(new URL('../../../reports/.certify-test/', import.meta.url));
afterAll(async () => {
  rmSync(cwd, { recursive: true, force: true });
  await server.close();
});

function onlyTheModel(): void {
  rmSync(cwd, { recursive: true, force: true });
  mkdirSync(cwd, { recursive: true });
  cpSync(fileURLToPath(new URL('./fixtures/bank.ts', import.meta.url)), join(cwd, 'models', 'bank.ts'));
}
beforeEach(onlyTheModel);

const quick = ['--sessions', '2', '--operations', '1'];
const fixed = { FIXED: '1' };

function certify(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return lockstep(['certify', '--server', server.url, ...args], { cwd, env });
}

/** Changes the copied model. */
function edit(from: string, to: string): void {
  const file = join(cwd, 'models', 'bank.ts');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

const written = (): readonly string[] => readdirSync(join(cwd, 'certificates'));

describe('certificates are made', () => {
  test('one for each model and level, the same bytes each time', async () => {
    const args = [...quick, '--variant', 'mended', '--isolation', 'rc,ser'];
    const first = await certify(args);
    expect(first.stdout).toMatch(
      /^CERTIFIED {2}bank\/mended on postgres \d+\.\d+, read committed: 2 sessions of 1/m,
    );
    expect(first.stdout).toContain('2 certificates written to certificates');
    expect(first.code).toBe(0);
    const names = [
      'bank--mended--read-committed--postgres.json',
      'bank--mended--serializable--postgres.json',
    ];
    expect(written()).toEqual(names);
    const bytes = (): readonly string[] =>
      names.map((name) => readFileSync(join(cwd, 'certificates', name), 'utf8'));
    const before = bytes();
    await certify(args);
    expect(bytes()).toEqual(before);
  });

  test('not for a race: it is reported and saved as by check, and the exit code is 1', async () => {
    const { code, stdout } = await certify([...quick, '--variant', 'faulty']);
    expect(stdout).toMatch(/^VIOLATION {2}lost update \(P4\) in bank\/faulty/m);
    expect(stdout).toMatch(/replay {5}lockstep replay models\/bank\.ts v1:/);
    expect(stdout).toContain('no certificates written to certificates, 1 not made');
    expect(code).toBe(1);
    expect(failuresIn(cwd)).toHaveLength(1);
  });

  test('not for what was not covered: the exit code is 3', async () => {
    const { code, stdout } = await certify(['--variant', 'mended', '--size-limit', '1']);
    expect(stdout).toMatch(/^INCONCLUSIVE/m);
    expect(code).toBe(3);
    expect(() => written()).toThrow(/ENOENT/);
  });

  test('not after Ctrl-C, even where a small size was covered by then', async () => {
    edit('const inOneStatement', 'let calls = 0;\nconst inOneStatement');
    edit(
      "await client.query('update accounts set balance = balance + 1')",
      "if (++calls === 200) console.error('200 calls');\n  await client.query('update accounts set balance = balance + 1')",
    );
    // Too large ever to be done.
    const size = ['--sessions', '6', '--operations', '6'];
    const args = ['certify', '--server', server.url, '--variant', 'mended', ...size];
    const running = start(args, { cwd });
    await running.said('200 calls');
    running.process.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('no certificates written');
    expect(() => written()).toThrow(/ENOENT/);
  });

  test('not where the model declares a violation', async () => {
    cpSync(
      fileURLToPath(new URL('./fixtures/declared.ts', import.meta.url)),
      join(cwd, 'models', 'declared.ts'),
    );
    const some = await certify(['models/declared.ts', ...quick, '--isolation', 'rc,ser']);
    expect(some.stderr).toContain(
      'bank/faulty on postgres, read committed: the model declares a violation; left out',
    );
    expect(some.code).toBe(0);
    expect(written()).toEqual(['bank--mended--read-committed--postgres.json']);
    const none = await certify(['models/declared.ts', '--kind', 'reported']);
    expect(none.stderr).toContain('there is nothing to certify');
    expect(none.code).toBe(2);
  });

  test('not where there is nothing to make or to check', async () => {
    const kind = await certify(['--kind', 'mended']);
    expect(kind.stderr).toContain('no model has the kind mended');
    expect(kind.code).toBe(2);
    const wrong = await certify(['--kind', 'good']);
    expect(wrong.stderr).toContain('--kind takes reported, tempting, mended, not "good"');
    const none = await certify(['--check']);
    expect(none.stderr).toContain('there is no certificate in certificates');
    expect([wrong.code, none.code]).toEqual([2, 2]);
  });
});

describe('certificates are checked', () => {
  // Made once, since they are the same bytes each time.
  let made: readonly (readonly [string, string])[];
  beforeAll(async () => {
    onlyTheModel();
    const { code } = await certify([...quick], fixed);
    expect(code).toBe(0);
    made = written().map((name) => [name, readFileSync(join(cwd, 'certificates', name), 'utf8')] as const);
    expect(made).toHaveLength(2);
  });
  beforeEach(() => {
    mkdirSync(join(cwd, 'certificates'));
    for (const [name, text] of made) writeFileSync(join(cwd, 'certificates', name), text);
  });

  test('green where nothing changed, also when all is searched again', async () => {
    const check = await certify(['--check'], fixed);
    expect(check.stdout.match(/^VALID .*/gm)).toHaveLength(2);
    expect(check.code).toBe(0);
    const again = await certify(['--recheck'], fixed);
    expect(again.stdout).toContain('read committed: 1 scenario searched again, as before');
    expect(again.code).toBe(0);
  });

  test.each([
    ['code', 'set balance = balance + 1', 'set balance = 1 + balance', 'file bank.ts changed'],
    ['schema', 'balance integer not null', 'balance bigint not null', 'the schema changed'],
  ])('red where the %s changed, with the command that makes it again', async (_, from, to, because) => {
    edit(from, to);
    const { code, stdout } = await certify(['--check'], fixed);
    expect(stdout.match(/^OUTDATED .*/gm)).toHaveLength(2);
    expect(stdout).toContain(because);
    expect(code).toBe(1);
    const renewal = /renew +lockstep (certify .*--variant mended .*)/.exec(stdout)?.[1] ?? '';
    const words = [...renewal.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
    expect((await lockstep([...words, '--server', server.url], { cwd, env: fixed })).code).toBe(0);
    const after = await certify(['--check', '--variant', 'mended'], fixed);
    expect(after.stdout).toContain('1 certificate valid, 0 not');
    expect(after.code).toBe(0);
  });

  test('red where the verdict changed for a reason that no digest sees, once it is searched again', async () => {
    expect((await certify(['--check'])).code).toBe(0);
    const { code, stdout } = await certify(['--recheck']);
    expect(stdout).toMatch(/^OUTDATED {2}bank\/faulty on/m);
    expect(stdout).toMatch(/^VIOLATION {2}lost update \(P4\) in bank\/faulty/m);
    expect(stdout).toContain('1 certificate valid, 1 not');
    expect(code).toBe(1);
  });

  test('red where a model is gone; an edited certificate is a fault', async () => {
    edit('export const mended', 'const mended');
    edit('const mended = bank', 'export const other = bank');
    edit("'mended'", "'other'");
    const gone = await certify(['--check'], fixed);
    expect(gone.stdout).toMatch(/^OUTDATED {2}bank\/mended .*no such model is found/m);
    expect(gone.code).toBe(1);
    const file = join(cwd, 'certificates', written()[0] ?? '');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"scenarios": 1', '"scenarios": 2'));
    const edited = await certify(['--check'], fixed);
    expect(edited.stderr).toContain('its digest does not fit: it was changed after it was made');
    expect(edited.code).toBe(2);
  });
});
