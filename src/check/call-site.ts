/** The line of the code under test that a call came from, read from a stack as V8 prints it. */
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CallSite {
  /** Relative to the working directory where it lies below it; with forward slashes. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** Between the code under test and the client there may be a query builder, an ORM and a pool. */
const maxFrames = 100;
/** The sources, or what they were compiled to. */
const ownFolder = fileURLToPath(new URL('..', import.meta.url));

/** The stack of whoever called. Source maps are applied by what runs the process (tsx, Vitest), if it does that. */
export function currentStack(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = maxFrames;
  try {
    return new Error('where').stack ?? '';
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The innermost frame that is neither Node's, a package's, nor our own; undefined where there is none. */
export function callSiteOf(stack: string): CallSite | undefined {
  for (const frame of stack.split('\n')) {
    const match = /^\s+at (?:.*? \()?((?:file:\/\/|[/\\]|[A-Za-z]:[/\\]).*?):(\d+):\d+\)?$/.exec(frame);
    if (match === null) continue;
    const [, place = '', line = ''] = match;
    // tsx tells versions of a module apart by a query.
    const bare = place.replace(/\?[^/\\]*$/, '');
    const absolute = bare.startsWith('file://') ? fileURLToPath(bare) : bare;
    if (absolute.startsWith(ownFolder) || /[/\\]node_modules[/\\]/.test(absolute)) continue;
    const name = relative('', absolute);
    const file = name.startsWith('..') ? absolute : name;
    return { file: file.split(sep).join('/'), line: Number(line) };
  }
  return undefined;
}
