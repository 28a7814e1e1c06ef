/** The line of the code under test that a call came from, read from a stack as V8 prints it. */
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CallSite {
  /** Relative to the working directory if it lies below it; with forward slashes. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** Between the code under test and the client there may be a query builder, an ORM and a pool. */
const maxFrames = 100;
/** The sources, or what they were compiled to. */
const ownFolder = fileURLToPath(new URL('..', import.meta.url));

/** The stack of the caller. The program that runs the process (tsx, Vitest) applies source maps, if it supports them. */
export function currentStack(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = maxFrames;
  try {
    return new Error('call site').stack ?? '';
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** A line of a stack. */
export interface Frame {
  /** Whose code it is: this package's, another package's, Node's own, or the code under test and its tests. */
  readonly of: 'us' | 'package' | 'node' | 'user';
  /** Absolute; undefined for Node's own. */
  readonly file: string | undefined;
  /** Counted from 1. */
  readonly line: number;
}

/** The innermost first. */
export function framesOf(stack: string): readonly Frame[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line): Frame => {
      const match = /^\s+at (?:.*? \()?((?:file:\/\/|[/\\]|[A-Za-z]:[/\\]).*?):(\d+):\d+\)?$/.exec(line);
      if (match === null) return { of: 'node', file: undefined, line: 0 };
      const [, place = '', number = ''] = match;
      // tsx distinguishes versions of a module by a query.
      const bare = place.replace(/\?[^/\\]*$/, '');
      const file = bare.startsWith('file://') ? fileURLToPath(bare) : bare;
      const of = file.startsWith(ownFolder) ? 'us' : /[/\\]node_modules[/\\]/.test(file) ? 'package' : 'user';
      return { of, file, line: Number(number) };
    });
}

/** The innermost frame that is neither Node's, a package's, nor our own; undefined if there is none. */
export function callSiteOf(stack: string): CallSite | undefined {
  const frame = framesOf(stack).find(({ of }) => of === 'user');
  return frame?.file === undefined ? undefined : { file: nameOfFile(frame.file), line: frame.line };
}

/** Relative to the working directory if it lies below it; with forward slashes. */
export function nameOfFile(absolute: string): string {
  const name = relative('', absolute);
  return (name.startsWith('..') ? absolute : name).split(sep).join('/');
}
