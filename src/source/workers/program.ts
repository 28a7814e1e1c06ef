/** A program that runs operations of one session: its process, what it last wrote to standard error, and its end. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientPlace } from '../../core/clients.ts';
import { Fault } from '../../core/fault.ts';
import { within } from '../../driver/within.ts';
import { forgetGroup, watchGroup } from './reaper.ts';

/** How to start a program. */
export interface ProgramOptions {
  /** The file to run, and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Where it runs. Default: the current folder. */
  readonly cwd?: string;
  /** Variables beyond those of this process and those of the session's database. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long it may take until it can take calls, in milliseconds. Default 30 000. */
  readonly startTimeoutMs?: number;
}

/** @throws Fault `bad-option` if there is no command that could be started */
export function assertProgram({ command }: ProgramOptions): void {
  const parts: unknown = command;
  if (Array.isArray(parts) && parts.length > 0 && parts.every((part) => typeof part === 'string')) return;
  throw new Fault('`command` takes a list: the file to run, and its arguments', {
    code: 'bad-option',
    kind: 'usage',
    hint: "command: ['/usr/bin/python3', 'app.py']",
  });
}

const defaultStartMs = 30_000;
/** A program that does not end by itself by then is asked by a signal; then it is ended. */
const politeMs = 500;
/** What the report shows of standard error. */
const keptLines = 20;
const keptBytes = 4_096;

export class Program {
  readonly process: ChildProcess;
  readonly #options: ProgramOptions;
  #errors = '';
  #end: string | undefined;
  #startError: Error | undefined;
  /** Fulfilled, with how it ended, when it is gone with all that it started. */
  readonly ended: Promise<string>;

  constructor(
    options: ProgramOptions,
    { session, port }: ClientPlace,
    env: Readonly<Record<string, string>>,
  ) {
    this.#options = options;
    const [file, ...args] = options.command;
    this.process = spawn(file, args, {
      // A group of its own, so that all of it can be ended.
      detached: true,
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      env: {
        ...withoutDatabase(process.env),
        JDBC_DATABASE_URL: `jdbc:postgresql://127.0.0.1:${port}/lockstep?user=lockstep&sslmode=disable`,
        DATABASE_URL: `postgresql://lockstep@127.0.0.1:${port}/lockstep?sslmode=disable`,
        PGHOST: '127.0.0.1',
        PGPORT: String(port),
        PGUSER: 'lockstep',
        PGDATABASE: 'lockstep',
        PGSSLMODE: 'disable',
        LOCKSTEP_SESSION: String(session + 1),
        ...env,
        ...options.env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const { pid } = this.process;
    if (pid !== undefined) watchGroup(pid);
    // Whoever writes to a program that is gone learns it from its end.
    this.process.stdin?.on('error', () => {});
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-keptBytes);
    });
    this.ended = this.#watch(pid);
  }

  async #watch(group: number | undefined): Promise<string> {
    const closed = new Promise<void>((resolve) => this.process.once('close', () => resolve()));
    const how = await new Promise<string>((resolve) => {
      this.process.once('error', (error) => {
        this.#startError = error;
        resolve('could not be started');
      });
      this.process.once('exit', (code, signal) =>
        resolve(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
      );
    });
    this.#end = how;
    if (group !== undefined) {
      // What it started and left behind would hold its pipes open.
      this.#signal('SIGKILL');
      await Promise.race([closed, delay(politeMs, undefined, { ref: false })]);
      forgetGroup(group);
    }
    return how;
  }

  get isAlive(): boolean {
    return this.#end === undefined;
  }

  get lastLines(): string {
    return this.#errors.trimEnd().split('\n').slice(-keptLines).join('\n');
  }

  /**
   * Waits until it is ready, and ends it if it is not in time.
   *
   * @param waitsFor completes "it did not ..."
   * @throws Fault `worker-start`
   */
  async start(ready: Promise<unknown>, waitsFor: string): Promise<void> {
    const limitMs = this.#options.startTimeoutMs ?? defaultStartMs;
    let problem = `it did not ${waitsFor} within ${limitMs} ms`;
    try {
      const first = Promise.race([ready, this.ended.then((how) => Promise.reject(new Error(`it ${how}`)))]);
      if (await within(limitMs, first)) return;
    } catch (error) {
      if (error instanceof Fault) {
        await this.kill();
        throw error;
      }
      problem = this.#startError?.message ?? (error as Error).message;
    }
    await this.kill();
    throw new Fault(`the program ${this.#options.command.join(' ')} cannot be used`, {
      code: 'worker-start',
      kind: 'usage',
      detail: [problem, this.lastLines].filter((text) => text !== '').join('\n'),
      hint:
        this.#startError === undefined
          ? 'start it by hand with DATABASE_URL set to the address of a database; a slow one gets more time by startTimeoutMs'
          : 'is it installed, and is the path right? The first word of `command` is looked up in PATH, from the working directory',
    });
  }

  /** Closes its standard input, then asks it to end, then ends it. */
  async stop(): Promise<void> {
    this.process.stdin?.end();
    if (await within(politeMs, this.ended)) return;
    this.#signal('SIGTERM');
    if (await within(politeMs, this.ended)) return;
    await this.kill();
  }

  async kill(): Promise<void> {
    if (this.isAlive) this.#signal('SIGKILL');
    await this.ended;
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.process;
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch {
      // It is gone already.
    }
  }

  keepAlive(on: boolean): void {
    const change = on ? 'ref' : 'unref';
    const { process: child } = this;
    child[change]();
    for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as Socket | null)?.[change]();
  }
}

/** Without variables that lead a client of Postgres elsewhere. */
function withoutDatabase(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^PG[A-Z]/.test(name)));
}
