/** This process's end of the guardian: starts it, reads its messages, and takes over if it is killed. */
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { runGuardian } from './guardian-process.ts';
import type { GuardianJob } from './guardian-script.ts';
import { removeLeftover } from './leftovers.ts';
import { within } from '../within.ts';

export type StartReport =
  | { readonly kind: 'ready'; readonly postmaster: number }
  | { readonly kind: 'failed'; readonly reason: string; readonly log: string }
  | { readonly kind: 'late' };

type Message = { readonly ready: number } | { readonly failed: string; readonly log: string };

/** The guardian kills a server that has not stopped after 8 s, and then still removes the folder. */
const stopTimeoutMs = 15_000;

export class Guardian {
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #message: Promise<Message>;
  readonly #gone: Promise<void>;

  constructor(job: GuardianJob) {
    this.#folder = job.folder;
    this.#process = runGuardian(job);
    this.pid = this.#process.pid ?? -1;
    const exited = new Promise<void>((done) => {
      this.#process.once('exit', () => done());
      this.#process.once('error', () => done());
    });
    // It ends when the folder is gone. If it was killed, server and folder are still there.
    this.#gone = exited.then(() => removeLeftover(job.folder)).catch(() => undefined);
    this.#process.stdin?.on('error', () => undefined);
    this.#message = this.#listen(exited);
    this.#keepAlive(false);
  }

  /** Waits for the start, and keeps this process alive meanwhile. */
  async ready(limitMs: number): Promise<StartReport> {
    this.#keepAlive(true);
    try {
      if (!(await within(limitMs, this.#message))) return { kind: 'late' };
      const message = await this.#message;
      return 'ready' in message
        ? { kind: 'ready', postmaster: message.ready }
        : { kind: 'failed', reason: message.failed, log: message.log };
    } finally {
      this.#keepAlive(false);
    }
  }

  async stop(): Promise<void> {
    this.#keepAlive(true);
    this.#process.stdin?.end();
    if (await within(stopTimeoutMs, this.#gone)) return;
    this.#process.kill('SIGKILL');
    await removeLeftover(this.#folder).catch(() => undefined);
  }

  async #listen(exited: Promise<void>): Promise<Message> {
    const lines = createInterface({ input: this.#process.stdout! });
    const first = new Promise<Message>((done) =>
      lines.once('line', (line) => done(JSON.parse(line) as Message)),
    );
    const silent = exited.then(() => ({ failed: 'the process that watches over it ended', log: '' }));
    return Promise.race([first, silent]);
  }

  #keepAlive(on: boolean): void {
    const change = on ? 'ref' : 'unref';
    this.#process[change]();
    (this.#process.stdin as Socket | null)?.[change]();
    (this.#process.stdout as Socket | null)?.[change]();
  }
}
