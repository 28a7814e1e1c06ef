/** Worker processes that end, hang, or write what they should not: each is reported, and nothing stays behind. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { check, formatResult, processes, type CheckOptions, type CheckResult } from '../../../src/index.ts';
import { Fault } from '../../../src/core/fault.ts';
import { postgres } from '../../../src/driver/postgres/index.ts';
import { until } from '../../../src/driver/within.ts';
import { faultOf } from '../../support/fault-of.ts';
import { bankIn, call, nodeWorker } from './support.ts';

const engine = postgres();
const folder = mkdtempSync(join(tmpdir(), 'lockstep-workers-'));
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

function run(
  names: readonly string[],
  clients = nodeWorker(),
  options: Partial<CheckOptions> = {},
): Promise<CheckResult> {
  const operations = Object.fromEntries(names.map((name) => [name, {}]));
  const sessions = names.map((name) => [call(name, 1)]);
  const examples = [{ rows: {}, sessions }];
  return check(bankIn(clients, operations), { engine, numRuns: 1, examples, ...options });
}

describe('a worker that', () => {
  test('ends in an operation run alone is a mistake, with its exit code and what it wrote', async () => {
    const fault = await faultOf(() => run(['die']));
    expect(fault).toMatchObject({ code: 'operation-fails', kind: 'usage' });
    expect(fault.detail).toContain('the worker process ended with exit code 3');
    expect(fault.detail).toContain('no cheese left');
  });

  test('ends only if others come between is a violation, with what it wrote', async () => {
    const result = await run(['dieIfRich', 'add'], nodeWorker(), { certify: false });
    expect(result.verdict).toBe('violated');
    expect(result.counterexample?.violation).toMatchObject({ kind: 'not-serializable' });
    expect(formatResult(result)).toContain('ended with exit code 3');
    expect(result.remarks.join()).toContain('no cheese left');
  });

  test('hangs is reported by its session, and is replaced', async () => {
    const result = await run(['hang'], nodeWorker(), { limits: { outsideTimeoutMs: 500 } });
    expect(result.inconclusive).toMatchObject({ kind: 'limit', limit: 'outsideTimeoutMs' });
    const text = formatResult(result);
    expect(text).toContain('the program of s1 hangs: in hang it neither sends a statement nor answers');
    expect(text).toContain('waiting for ever');
  });

  test.each([
    ['writes something else to standard output', 'garbage', 'it is: hello, world'],
    ['writes a line without an end', 'huge', 'a line has more than 16777216 bytes'],
  ])('%s is a mistake', async (_, name, detail) => {
    const fault = await faultOf(() => run([name]));
    expect(fault).toMatchObject({ code: 'worker-answer', detail });
  });

  // It is a fault if no execution is under way when the statement comes, else two runs of one schedule differ.
  test('sends a statement when its operation has answered gets no verdict, and hears which it was', async () => {
    const clients = nodeWorker({ env: { asked: join(folder, 'asked'), sent: join(folder, 'sent') } });
    const ended = await run(['late', 'awaitsLate'], clients, { maxSchedules: 50 }).catch(
      (error: unknown) => error as Fault,
    );
    const [kind, said] =
      ended instanceof Fault
        ? [ended.code, ended.detail]
        : [ended.inconclusive?.kind, JSON.stringify(ended.inconclusive)];
    expect(['client-kept', 'nondeterminism']).toContain(kind);
    expect(said).toContain("select 'late'");
  });
});

describe('a command that', () => {
  test('does not exist is named', async () => {
    const fault = await faultOf(() =>
      run(['deposit'], processes({ command: ['/no/such/program', '--now'] })),
    );
    expect(fault).toMatchObject({ code: 'worker-start', kind: 'usage' });
    expect(fault.message).toContain('/no/such/program --now');
    expect(fault.detail).toContain('ENOENT');
    expect(fault.hint).toContain('is it installed');
  });

  test('fails at once is reported with what it wrote', async () => {
    const command = [process.execPath, '-e', 'console.error("no such table"); process.exit(2)'] as const;
    const fault = await faultOf(() => run(['deposit'], processes({ command: [...command] })));
    expect(fault.detail).toContain('exit code 2');
    expect(fault.detail).toContain('no such table');
  });

  test('is never ready is given up in time', async () => {
    const clients = nodeWorker({ env: { NEVER_READY: '1' }, startTimeoutMs: 1_000 });
    const fault = await faultOf(() => run(['deposit'], clients));
    expect(fault.detail).toContain('it did not write {"ready": true} within 1000 ms');
    expect(fault.hint).toContain('startTimeoutMs');
  });
});

/** The processes that noted their number under this name. */
const noted = (name: string): readonly number[] =>
  readdirSync(folder).flatMap((file) => (file.startsWith(`${name}.`) ? [Number(file.split('.')[1])] : []));

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('no process stays behind', () => {
  test('if it ignores the end of its standard input and SIGTERM', async () => {
    const clients = nodeWorker({ env: { PID_FILE: join(folder, 'stubborn') } });
    const result = await run(['careful', 'add'], clients);
    expect(result.verdict).toBe('holds');
    expect(noted('stubborn').length).toBeGreaterThan(0);
    expect(noted('stubborn').filter(isRunning)).toEqual([]);
  });

  test.each(['SIGKILL', 'SIGINT'] as const)(
    'if this process gets %s while a worker hangs',
    async (signal) => {
      const script = fileURLToPath(new URL('workers/hanging-check.ts', import.meta.url));
      const args = ['--import', 'tsx', '-C', 'pg-lockstep-source', script];
      const env = { ...process.env, PID_FILE: join(folder, signal) };
      const tool = spawn(process.execPath, args, { env, stdio: 'ignore', detached: true });
      expect(await until(60_000, () => noted(signal).length > 0)).toBe(true);
      await delay(200);
      process.kill(signal === 'SIGINT' ? -(tool.pid ?? 0) : (tool.pid ?? 0), signal);
      expect(await until(20_000, () => !noted(signal).some(isRunning))).toBe(true);
    },
  );
});
