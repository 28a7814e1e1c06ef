/**
 * The guardian is the small process that runs a throw-away cluster: it makes the data folder, starts the
 * server as its own child, and takes both away again when the pipe from the process that started it closes.
 * A pipe closes however that process dies, SIGKILL included.
 *
 * It is a string for `node -e`, and CommonJS, because the driver runs both from TypeScript sources and
 * compiled: there is no one file that plain node could be given. The job comes as JSON in the first argument;
 * the folder's name in it also marks the process for `leftovers.ts`.
 *
 * It answers in lines of JSON: {"ready": pid} once, or {"failed": "reason", "log": "its last lines"} before it ends.
 */
export interface GuardianJob {
  readonly folder: string;
  readonly data: string;
  /** Names this machine and process namespace, for `leftovers.ts`. */
  readonly where: string;
  /** Program and arguments. */
  readonly initdb: readonly string[];
  readonly postgres: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

export const guardianScript: string = `
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const job = JSON.parse(process.argv[1]);
let child, stopping = false;

// Written at once, for the process may end right after; the other side may be gone.
function say(message) {
  try { fs.writeSync(1, JSON.stringify(message) + '\\n'); } catch {}
}

function record() {
  const text = JSON.stringify({ where: job.where, guardian: process.pid, child: child && child.pid });
  fs.writeFileSync(job.folder + '/owner.new', text);
  fs.renameSync(job.folder + '/owner.new', job.folder + '/owner.json');
}

function run(command, done) {
  if (stopping) return;
  const log = fs.openSync(job.folder + '/log', 'a');
  child = spawn(command[0], command.slice(1),
    { cwd: job.folder, uid: job.uid, gid: job.gid, stdio: ['ignore', log, log] });
  fs.closeSync(log);
  child.on('error', (error) => { child = undefined; fail(error.message); });
  child.on('exit', (code, signal) => {
    child = undefined;
    if (stopping) finish();
    else done(code, signal);
  });
  record();
}

function fail(reason) {
  let log = '';
  try { log = fs.readFileSync(job.folder + '/log', 'utf8').trim().split('\\n').slice(-8).join('\\n'); } catch {}
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
  try { fs.rmSync(job.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 }); } catch {}
  process.exit(0);
}

// The server writes its own state into the eighth line of its pid file.
function watch() {
  if (stopping || child === undefined) return;
  let state = '';
  try { state = fs.readFileSync(job.data + '/postmaster.pid', 'utf8').split('\\n')[7] || ''; } catch {}
  if (state.startsWith('ready')) say({ ready: child.pid });
  else setTimeout(watch, 5);
}

process.on('uncaughtException', (error) => fail(error.message));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();

record();
run(job.initdb, (code, signal) => {
  if (code !== 0) return fail('initdb ended with ' + (signal || 'code ' + code));
  run(job.postgres, (code, signal) => fail('the server ended with ' + (signal || 'code ' + code)));
  watch();
});
`;
