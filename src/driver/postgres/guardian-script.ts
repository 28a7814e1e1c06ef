/**
 * The guardian is the small process that runs a throw-away cluster: it makes the data folder, starts the server as its
 * own child, and removes both when the pipe from the process that started it closes. A pipe closes however that process
 * dies, SIGKILL included.
 *
 * It is a string for `node -e`, and CommonJS, because the driver runs both from TypeScript sources and compiled, and no
 * single file suits plain node in both cases. The job comes as JSON in the first argument; the folder's name in it also
 * marks the process for `leftovers.ts`.
 *
 * As root it touches nothing in the folder that the server's user owns: a link there could lead anywhere. It removes
 * that folder as that user.
 *
 * It answers in lines of JSON: {"ready": pid} once, or {"failed": "reason", "log": "its last lines"} before it ends.
 */
export interface GuardianJob {
  /** Ours: records, log, binaries. */
  readonly folder: string;
  /** A folder in it that belongs to the server's user. */
  readonly inside: string;
  /** The user's number and group, if the server does not run as the current user. */
  readonly uid?: number;
  readonly gid?: number;
  /** If undefined, the server is gone and the folder is removed. */
  readonly server?: ServerJob;
}

export interface ServerJob {
  /** Names this machine and process namespace, for `leftovers.ts`. */
  readonly where: string;
  /** Program and arguments. */
  readonly initdb: readonly string[];
  readonly postgres: readonly string[];
}

export const guardianScript: string = `
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const job = JSON.parse(process.argv[1]);
const { folder, inside, uid, gid, server } = job;
let child, stopping = false;

// Written synchronously, for the process may end right after; the other side may be gone.
function say(message) {
  try { fs.writeSync(1, JSON.stringify(message) + '\\n'); } catch {}
}

function record() {
  const text = JSON.stringify({ where: server.where, guardian: process.pid, child: child && child.pid });
  fs.writeFileSync(folder + '/owner.new', text);
  fs.renameSync(folder + '/owner.new', folder + '/owner.json');
}

function run(command, done) {
  if (stopping) return;
  const log = fs.openSync(folder + '/log', 'a');
  child = spawn(command[0], command.slice(1),
    { cwd: inside, uid, gid, env: environment(), stdio: ['ignore', log, log] });
  fs.closeSync(log);
  child.on('error', (error) => { child = undefined; fail(error.message); });
  child.on('exit', (code, signal) => {
    child = undefined;
    if (stopping) finish();
    else done(code, signal);
  });
  record();
}

// Another user's processes can read the environment of this one's: nothing of root's is in it.
function environment() {
  if (uid === undefined) return process.env;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(PATH|TZ|L[CD]_.*)$/.test(name)));
}

function fail(reason) {
  let log = '';
  try { log = fs.readFileSync(folder + '/log', 'utf8').trim().split('\\n').slice(-8).join('\\n'); } catch {}
  say({ failed: reason, log });
  stop();
}

// Nobody needs the data, so SIGQUIT: no checkpoint, no waiting for clients.
function stop() {
  if (stopping) return;
  stopping = true;
  if (child === undefined) return finish();
  child.kill('SIGQUIT');
  const stuck = child;
  setTimeout(() => stuck.kill('SIGKILL'), 8000).unref();
}

function finish() {
  removeMemory();
  try {
    if (uid !== undefined) removeInside();
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
  } catch {}
  process.exit(0);
}

// Its user empties the folder; we remove only a folder that is empty by then.
function removeInside() {
  for (let tries = 20; fs.existsSync(inside); tries -= 1) {
    spawnSync('rm', ['-rf', '--', inside], { uid, gid, env: environment(), stdio: 'ignore' });
    try { fs.rmdirSync(inside); } catch (error) { if (tries === 0) throw error; }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}

// A server that was killed leaves its pid file, whose seventh line ends in the number of its shared memory (System V's,
// which outlives every process). Removed as its user: the file may say anything.
function removeMemory() {
  const id = /\\d+$/.exec(lineOfServer(7).trim());
  if (id !== null) spawnSync('ipcrm', ['-m', id[0]], { uid, gid, env: environment(), stdio: 'ignore' });
}

// A line of the server's pid file. A link or a pipe there is not the server's.
function lineOfServer(number) {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
  let file;
  try {
    file = fs.openSync(inside + '/data/postmaster.pid', O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!fs.fstatSync(file).isFile()) return '';
    const bytes = Buffer.alloc(4096);
    return bytes.toString('utf8', 0, fs.readSync(file, bytes)).split('\\n')[number - 1] || '';
  } catch {
    return '';
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

// The server writes its own state into the eighth line.
function watch() {
  if (stopping || child === undefined) return;
  const state = lineOfServer(8);
  if (state.startsWith('ready')) say({ ready: child.pid });
  else setTimeout(watch, 5);
}

process.on('uncaughtException', (error) => fail(error.message));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();

if (server === undefined) finish();
record();
run(server.initdb, (code, signal) => {
  if (code !== 0) return fail('initdb ended with ' + (signal || 'code ' + code));
  run(server.postgres, (code, signal) => fail('the server ended with ' + (signal || 'code ' + code)));
  watch();
});
`;
