/**
 * The reaper is a small process that ends the programs which this process started, if this process dies without having
 * ended them: its pipe closes then, SIGKILL included. A program with a standard input sees the same, but it may hang, or
 * not look. The reaper runs as long as any of them does.
 *
 * It is a string for `node -e`, since this runs both from TypeScript sources and compiled.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

const script = `
const groups = new Set();
let rest = '';
process.stdin.setEncoding('latin1').on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) line[0] === '+' ? groups.add(+line.slice(1)) : groups.delete(+line.slice(1));
});
function end() {
  for (const group of groups) try { process.kill(-group, 'SIGKILL'); } catch {}
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.stdin.on('end', end).on('close', end).on('error', end);
`;

const watched = new Set<number>();
let reaper: ChildProcess | undefined;

/** From now on the group of processes ends with this process. */
export function watchGroup(group: number): void {
  watched.add(group);
  if (reaper === undefined) start();
  else reaper.stdin?.write(`+${group}\n`);
}

/** The group ended. */
export function forgetGroup(group: number): void {
  watched.delete(group);
  reaper?.stdin?.write(`-${group}\n`);
  if (watched.size > 0) return;
  reaper?.stdin?.end();
  reaper = undefined;
}

function start(): void {
  // In a group of its own: Ctrl-C goes to all of ours.
  const started = spawn(process.execPath, ['-e', script], {
    detached: true,
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  });
  reaper = started;
  started.unref();
  (started.stdin as Socket | null)?.unref();
  started.stdin?.on('error', () => {});
  // It was killed: the next program gets another.
  const gone = (): void => {
    if (reaper === started) reaper = undefined;
  };
  started.once('error', gone).once('exit', gone);
  for (const group of watched) started.stdin?.write(`+${group}\n`);
}
