/** The parent's end of a worker process: starts it, asks it, notices when it no longer answers. */
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stream, Writable } from 'node:stream';
import type { Progress } from '../../check/options.ts';
import { Fault, messageOf } from '../../core/fault.ts';
import { StallError } from '../executor.ts';
import type { LeadsJob } from '../job.ts';
import { outcomeOfError } from './outcome.ts';
import { WorkerCrash } from './worker-crash.ts';
import {
  heartbeatMs,
  lifelineDescriptor,
  noteLength,
  stopTimeoutMs,
  type FromWorker,
  type JobOutcome,
  type Request,
  type RequestAnswers,
  type ToWorker,
} from './messages.ts';

/** The process that ran the models is gone, by its own code or by somebody else's hand. */
export class WorkerEnd extends Fault {
  constructor(how: string, last: string) {
    super(`the process that runs the models ended ${how}`, {
      code: 'worker-ended',
      kind: 'engine',
      detail: `begun last: ${last}`,
      hint: 'does the code under test call process.exit, or did something kill the process (out of memory, say)?',
    });
  }
}

/** To load itself a worker needs a second, and on a machine that is busy with other things ten times that. */
const startTimeoutMs = 60_000;
/** Silence is counted in ticks, not read from a clock: a laptop that slept has not stalled. */
const tickMs = 250;

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly delegate: Delegate | undefined;
}

/** Has the executor at this place do a job. */
export type Delegate = (place: number, job: LeadsJob) => Promise<unknown>;

export interface WorkerOptions {
  /** How long it may be silent while it works, in milliseconds; asked again and again, since a file may change it. */
  readonly stallMs: () => number;
  /** The environment of the process. */
  readonly env: NodeJS.ProcessEnv;
  /** Takes the output of the code under test; a stream with a file descriptor. */
  readonly output: Writable;
}

export class Worker {
  readonly #process: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #note: number;
  readonly #stallMs: () => number;
  #pending: Pending | undefined;
  #silentTicks = 0;
  /** Whether it has started: until then its silence says nothing of the code under test. */
  #heard = false;
  #gone = false;

  constructor({ stallMs, env, output }: WorkerOptions) {
    this.#stallMs = stallMs;
    this.#note = openNote();
    this.#process = fork(new URL('./main.js', import.meta.url), [], {
      stdio: ['ignore', output, output, 'ipc', this.#note, 'pipe'],
      serialization: 'advanced',
      // tsx would run what it finds in its cache, which lies in a folder of TMPDIR that anybody may have made.
      env: { ...env, TSX_DISABLE_CACHE: '1' },
    });
    // A pipe that nobody writes to: what counts is that it closes when this process is gone.
    const pipes: readonly (Stream | null | undefined)[] = this.#process.stdio;
    pipes[lifelineDescriptor]?.on('error', () => undefined);
    this.#process.on('message', (message: FromWorker) => this.#hear(message));
    const ticking = setInterval(() => this.#tick(), tickMs);
    this.#exited = new Promise((done) => {
      this.#process.once('exit', (code, signal) => {
        this.#gone = true;
        clearInterval(ticking);
        const how = signal === null ? `with code ${code}` : `by ${signal}`;
        this.#fail(new WorkerEnd(how, this.#last()));
        closeSync(this.#note);
        done();
      });
    });
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** @throws Fault, WorkerCrash, StallError */
  ask<R extends Request>(
    request: R,
    onProgress?: (progress: Progress) => void,
    delegate?: Delegate,
  ): Promise<RequestAnswers[R['kind']]> {
    if (this.#gone) return Promise.reject(new WorkerEnd('before it was asked', 'nothing'));
    if (this.#pending !== undefined) throw new Error('a worker does one thing at a time');
    this.#silentTicks = 0;
    return new Promise((resolve, reject) => {
      this.#pending = { resolve: resolve as (answer: unknown) => void, reject, onProgress, delegate };
      this.#send({ kind: 'request', request, stallMs: this.#stallMs() });
    });
  }

  /** Ends the search of a scenario, which is answered with what was found so far. */
  cancel(): void {
    this.#send({ kind: 'cancel' });
  }

  /** Lets it end what it does, close its engines and leave. */
  async stop(): Promise<void> {
    // One that has not started yet has made nothing.
    if (!this.#heard) this.kill();
    this.#send({ kind: 'stop' });
    const late = setTimeout(() => this.kill(), stopTimeoutMs);
    await this.#exited;
    clearTimeout(late);
  }

  /** At once. A throw-away server is stopped by its guardian; on a given server the next run cleans up. */
  kill(): void {
    this.#gone = true;
    this.#process.kill('SIGKILL');
  }

  #send(message: ToWorker): void {
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  #hear(message: FromWorker): void {
    this.#silentTicks = 0;
    this.#heard = true;
    switch (message.kind) {
      case 'alive':
        return;
      case 'progress':
        this.#pending?.onProgress?.(message.progress);
        return;
      case 'delegate': {
        const { number, place, job } = message;
        const done =
          this.#pending?.delegate?.(place, job) ?? Promise.reject(new Error('nobody to delegate to'));
        void done
          .then((answer): JobOutcome => ({ kind: 'answer', answer }), outcomeOfError)
          .then((outcome) => this.#send({ kind: 'delegated', number, outcome }));
        return;
      }
      case 'answer': {
        const pending = this.#pending;
        this.#pending = undefined;
        pending?.resolve(message.answer);
        return;
      }
      case 'fault':
        this.#fail(new Fault(message.fault.message, message.fault));
        return;
      case 'stalled':
        this.#fail(new StallError(message.last, message.stallMs));
        return;
      case 'crash':
        this.#fail(new WorkerCrash(message.text));
    }
  }

  #tick(): void {
    this.#silentTicks += 1;
    const stallMs = Math.max(this.#stallMs(), 4 * heartbeatMs);
    const limitMs = this.#heard ? stallMs : startTimeoutMs;
    if (this.#silentTicks * tickMs <= limitMs || this.#pending === undefined) return;
    this.#fail(this.#heard ? new StallError(this.#last(), stallMs) : lateFault());
    this.kill();
  }

  #fail(error: Error): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.reject(error);
  }

  #last(): string {
    const buffer = Buffer.alloc(noteLength);
    const length = readSync(this.#note, buffer, 0, noteLength, 0);
    return buffer.toString('utf8', 0, length).trim() || 'nothing';
  }
}

function lateFault(): Fault {
  return new Fault('the process that runs the models does not start', {
    code: 'worker-late',
    kind: 'engine',
    detail: `it was silent for ${startTimeoutMs} ms`,
    hint: 'is the machine busy with something else, or out of memory?',
  });
}

/** A file without a name: it is gone when both processes are. */
function openNote(): number {
  const path = join(tmpdir(), `lockstep-note-${randomBytes(8).toString('hex')}`);
  let note: number;
  try {
    note = openSync(path, 'wx+', 0o600);
  } catch (error) {
    throw new Fault('cannot make a temporary file', {
      code: 'no-temp-file',
      kind: 'usage',
      detail: messageOf(error),
      hint: 'set TMPDIR to a folder that may be written to',
      cause: error,
    });
  }
  try {
    unlinkSync(path);
  } catch {
    // Windows keeps it until it is closed.
  }
  return note;
}
