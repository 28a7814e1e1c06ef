/**
 * Worker processes: a program in any language that reads calls as lines of JSON from standard input and writes results as
 * lines of JSON to standard output.
 *
 *     it writes   {"ready": true}                 once it can take calls; "reset": true if it wants to hear of executions
 *     it reads    {"id": 1, "operation": "deposit", "arguments": [5]}
 *     it writes   {"id": 1, "result": 15}
 *                 {"id": 1, "error": {"name": "IntegrityError", "message": "...", "sqlstate": "23505", "constraint": "..."}}
 *     it reads    {"id": 2, "reset": true}        before each execution, and answers as to a call
 *
 * It ends when its standard input does.
 */
import { ClientExit, type ClientPlace, type Clients, type RunningClient } from '../../core/clients.ts';
import { Fault } from '../../core/fault.ts';
import { LineReader, longestLine } from './lines.ts';
import { assertProgram, Program, type ProgramOptions } from './program.ts';

/**
 * Runs operations without a `run` in worker processes, one for each session. The environment of each names its database:
 * `DATABASE_URL`, and `PGHOST`, `PGPORT`, `PGUSER` and `PGDATABASE`; `LOCKSTEP_SESSION` is the session's number from 1.
 *
 * @example
 * defineModel({ clients: processes({ command: ['/usr/bin/python3', 'app.py'] }), operations: { deposit: operation({ ... }) } })
 */
export function processes(options: ProgramOptions): Clients {
  assertProgram(options);
  return { kind: 'processes', start: (place) => WorkerProcess.start(options, place) };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A line that a worker writes. */
interface Message {
  readonly id?: unknown;
  readonly ready?: unknown;
  readonly reset?: unknown;
  readonly result?: unknown;
  readonly error?: WorkerError | null;
}

interface WorkerError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly sqlstate?: unknown;
  readonly constraint?: unknown;
}

class WorkerProcess implements RunningClient {
  readonly #program: Program;
  readonly #waiting = new Map<number, Waiting>();
  readonly #lines = new LineReader();
  readonly #ready: Promise<void>;
  #lastId = 0;
  #resets = false;
  #fault: Fault | undefined;

  private constructor(program: Program) {
    this.#program = program;
    this.#ready = this.#wait(0).then(() => {});
    program.process.stdout?.on('data', (chunk: Buffer) => this.#read(chunk));
    void program.ended.then((how) => this.#failAll(new ClientExit(`the worker process ${how}`)));
  }

  static async start(options: ProgramOptions, place: ClientPlace): Promise<WorkerProcess> {
    const program = new Program(options, place, {});
    const worker = new WorkerProcess(program);
    await program.start(worker.#ready, 'write {"ready": true}');
    return worker;
  }

  get isAlive(): boolean {
    return this.#program.isAlive && this.#fault === undefined;
  }

  get lastLines(): string {
    return this.#program.lastLines;
  }

  call(operation: string, args: readonly unknown[]): Promise<unknown> {
    return this.#ask({ operation, arguments: args });
  }

  async reset(): Promise<void> {
    if (this.#resets) await this.#ask({ reset: true });
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }

  kill(): Promise<void> {
    return this.#program.kill();
  }

  keepAlive(on: boolean): void {
    this.#program.keepAlive(on);
  }

  #ask(request: object): Promise<unknown> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    const id = (this.#lastId += 1);
    const answer = this.#wait(id);
    this.#program.process.stdin?.write(`${JSON.stringify({ id, ...request })}\n`);
    return answer;
  }

  #wait(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #read(chunk: Buffer): void {
    if (this.#fault !== undefined) return;
    const lines = this.#lines.read(chunk);
    if (lines === undefined) this.#refuse(`a line has more than ${longestLine} bytes`);
    else for (const line of lines) if (line.trim() !== '') this.#take(line);
  }

  #take(line: string): void {
    const message = parsed(line);
    const id = message?.ready === true ? 0 : message?.id;
    const waiting = typeof id === 'number' ? this.#waiting.get(id) : undefined;
    if (message === undefined || waiting === undefined || typeof id !== 'number') {
      this.#refuse(`it is: ${line.slice(0, 200)}`);
      return;
    }
    this.#waiting.delete(id);
    if (id === 0) this.#resets = message.reset === true;
    if (message.error === undefined || message.error === null) waiting.resolve(message.result);
    else waiting.reject(errorOf(message.error));
  }

  /** What it wrote is no message: nothing that it writes can be relied on. */
  #refuse(detail: string): void {
    this.#fault = new Fault('a worker process writes a line to standard output that is no answer', {
      code: 'worker-answer',
      kind: 'usage',
      detail,
      hint: 'standard output carries one line of JSON for each call: print everything else to standard error',
    });
    this.#failAll(this.#fault);
    void this.#program.kill();
  }

  #failAll(error: Error): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(error);
  }
}

function parsed(line: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The error of the code under test, as a client of this process would have it. */
function errorOf({ name, message, sqlstate, constraint }: WorkerError): Error {
  const error = new Error(typeof message === 'string' ? message : 'no message');
  error.name = typeof name === 'string' ? name : 'Error';
  const ofDatabase = typeof sqlstate === 'string' && { code: sqlstate, severity: 'ERROR' };
  return Object.assign(error, ofDatabase, typeof constraint === 'string' && { constraint });
}
