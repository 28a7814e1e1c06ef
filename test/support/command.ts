/** Starts a program and listens to what it says. For Vitest and for plain Node: it registers nothing. */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built command, as it is shipped. */
export const main: string = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  /** The signal that ended it, if one did. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What stderr holds so far. */
  readonly stderr: string;
  /** Resolves when stderr holds this text; fails when the program ends without saying it. */
  readonly said: (text: string) => Promise<void>;
}

export interface StartOptions {
  readonly cwd: string;
  /** The whole environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Default: no stdin, and pipes for stdout and stderr. */
  readonly stdio?: StdioOptions;
  /** Of a process group of its own. */
  readonly detached?: boolean;
}

/** What an ended program has said may still be on its way. */
const heldOpenMs = 20_000;

/** The environment without what would change what the command does or prints. */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:FORCE_COLOR|NO_COLOR|NODE_OPTIONS|LOCKSTEP_|VITEST)/.test(name),
  );
  return { ...Object.fromEntries(kept), ...more };
}

export function startProgram(command: readonly string[], options: StartOptions): Running {
  const [program = '', ...args] = command;
  const { stdio = ['ignore', 'pipe', 'pipe'], ...rest } = options;
  const child = spawn(program, args, { ...rest, stdio });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const listener of listeners) listener();
  });
  const ended = new Promise<Ended>((done) => {
    child.once('close', (code, signal) => done({ code, signal, stdout, stderr }));
    // Another process may hold the pipes open for ever: whoever looks for processes that are left will find it.
    child.once('exit', (code, signal) => {
      setTimeout(() => done({ code, signal, stdout, stderr }), heldOpenMs).unref();
    });
  });
  return {
    process: child,
    ended,
    get stderr() {
      return stderr;
    },
    said: (text) =>
      Promise.race([
        new Promise<void>((done) => {
          const look = (): void => {
            if (!stderr.includes(text)) return;
            listeners.delete(look);
            done();
          };
          listeners.add(look);
          look();
        }),
        ended.then(({ code }) => {
          throw new Error(`ended with ${code} without saying "${text}":\n${stdout}${stderr}`);
        }),
      ]),
  };
}
