/**
 * `npx tsx -C pg-lockstep-source bench/mutate-reduction.ts [FROM] [TO] [SECONDS] [STAGES]`: makes each fault of `mutants.ts`
 * (counted from 1) in a copy of the sources, and says which test finds it. A fault that is found takes seconds, another
 * takes minutes. Exit code 1 if a fault that is not harmless was not found within the time limit.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applied, mutants, type Mutant } from './mutants.ts';

/** The tests for each fault, as Vitest's arguments: quick ones first. */
const stages = [
  ['test/end-to-end/reduction-locks.test.ts', '-t', 'there is to find'],
  ['test/unit/footprint/dependence.test.ts', 'test/unit/footprint/waiting.test.ts', 'test/end-to-end/reduction-cases.test.ts'],
  ['test/unit/strategy/reduced.test.ts'],
  ['test/end-to-end/reduction-locks.test.ts', 'test/end-to-end/reduction.test.ts', '-t', 'random scenarios'],
]; // prettier-ignore
const timeLimitMs = 900_000;
const timeLimit = Symbol('time limit');

const root = fileURLToPath(new URL('..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'reduction-mutants-'));
const from = Number(process.argv[2] ?? 1);
const to = Number(process.argv[3] ?? mutants.length);
const wanted = Number(process.argv[5] ?? stages.length);
/** No fault is started after this moment. */
const until = Date.now() + Number(process.argv[4] ?? 7_200) * 1_000;

/** The test that failed; undefined if all passed. A run that hits the time limit proves nothing about the fault. */
function finder(): string | typeof timeLimit | undefined {
  for (const stage of stages.slice(0, wanted)) {
    const options = ['vitest', 'run', '--bail=1', '--maxWorkers=1', '--reporter=dot', ...stage];
    const { status, stdout, stderr, signal } = spawnSync('npx', options, {
      cwd: copy,
      encoding: 'utf8',
      timeout: timeLimitMs,
      env: { ...process.env, NO_COLOR: '1' },
    });
    if (status === 0) continue;
    if (signal !== null) return timeLimit;
    const failed = /FAIL\s+(.*)/.exec(stdout + stderr)?.[1];
    if (failed === undefined) throw new Error(`the tests could not be run: ${stderr}`);
    return failed;
  }
  return undefined;
}

function judged({ file, harmless, ...mutant }: Mutant): {
  readonly verdict: string;
  readonly survived: boolean;
} {
  const path = join(copy, 'src', file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, applied({ file, ...mutant }, source));
  try {
    const found = finder();
    if (found === timeLimit) return { verdict: 'NOT DECIDED within the time limit', survived: true };
    if (found !== undefined) return { verdict: `found by ${found}`, survived: false };
    return harmless === undefined
      ? { verdict: 'NOT FOUND', survived: true }
      : { verdict: `not found: ${harmless}`, survived: false };
  } finally {
    writeFileSync(path, source);
  }
}

let survived = 0;
try {
  for (const name of ['src', 'test', 'bench', 'models', 'package.json', 'vitest.config.ts', 'tsconfig.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const [index, mutant] of mutants.entries()) {
    if (index + 1 < from || index + 1 > to || Date.now() > until) continue;
    const { verdict, survived: alive } = judged(mutant);
    survived += alive ? 1 : 0;
    console.log(`${String(index + 1).padStart(3)}  ${mutant.file}: ${mutant.what}\n       ${verdict}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.exitCode = survived > 0 ? 1 : 0;
