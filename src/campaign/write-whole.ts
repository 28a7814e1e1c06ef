/** Writes files whole or not at all, and never replaces anything but a plain file. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Fault, messageOf } from '../core/fault.ts';

/** A pipe from which nobody reads for this long counts as a pipe without a reader. */
const pipeTimeoutMs = 10_000;
const pipePauseMs = 20;
/** Links that lead to links; Linux gives up at 40, too. */
const mostLinks = 40;

/**
 * Writes a text into a file, and makes its folder if there is none. A plain file is replaced in one stroke, so that a
 * killed command leaves no half of it. Links stay, and their target is written. Devices and pipes are written into.
 *
 * @throws Fault `cannot-write`
 */
export function writeWhole(file: string, text: string): void {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined) replace(targetOf(file), text, undefined);
    else if (found.isFile()) replace(realpathSync(file), text, found.mode & 0o777);
    else if (found.isDirectory()) throw new Error('it is a folder');
    else writeInto(file, text);
  } catch (error) {
    throw writeFault(file, error);
  }
}

/** Fault `cannot-write`. */
export function writeFault(file: string, cause: unknown): Fault {
  return new Fault(`cannot write ${file}`, {
    code: 'cannot-write',
    kind: 'usage',
    detail: messageOf(cause),
    hint: 'is the folder writable, and is there room left?',
    cause,
  });
}

/** The target of a link, whether or not it exists. */
function targetOf(file: string): string {
  let at = resolve(file);
  for (let links = 0; links <= mostLinks; links += 1) {
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return at;
    at = resolve(dirname(at), readlinkSync(at));
  }
  throw new Error('its links lead in a circle');
}

function replace(file: string, text: string, mode: number | undefined): void {
  makeFolder(dirname(file));
  // Nobody can put a link under a name that nobody can guess, and `wx` would not follow it.
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    if (mode !== undefined) chmodSync(draft, mode);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    // A file may be writable although its folder is not, or be mounted by itself.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (mode === undefined || !['EACCES', 'EPERM', 'EBUSY', 'EXDEV'].includes(code)) throw error;
    writeFileSync(file, text);
  }
}

/**
 * Makes a folder and the missing ones above it. Not by `mkdirSync` with `recursive`, which tries for ever if a file system
 * refuses new folders with ENOENT, as /proc does.
 */
export function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return;
  const above = dirname(resolve(folder));
  if (above !== resolve(folder)) makeFolder(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** A pipe without a reader is refused (ENXIO), not waited for. */
function writeInto(file: string, text: string): void {
  const to = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    writeAll(to, text);
  } finally {
    closeSync(to);
  }
}

function writeAll(to: number, text: string): void {
  const bytes = Buffer.from(text);
  const isPipe = fstatSync(to).isFIFO();
  let waited = 0;
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(to, bytes, at);
      waited = 0;
    } catch (error) {
      if (!isPipe || (error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      if (waited >= pipeTimeoutMs)
        throw new Error(`nobody read it for ${pipeTimeoutMs} ms`, { cause: error });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pipePauseMs);
      waited += pipePauseMs;
    }
  }
}
