/**
 * Prints results to stdout, progress and complaints to stderr. On a terminal, progress is one line that is overwritten;
 * elsewhere it is a plain line for each thing that begins.
 */
import { clearLine, cursorTo } from 'node:readline';

export interface Terminal {
  /** Columns of the screen. */
  readonly width: number;
  /** Whether results may be coloured. */
  readonly color: boolean;
  /** A result, with a line end after it. */
  out(text: string): void;
  /** A complaint or a remark, with a line end after it. */
  err(text: string): void;
  /** Something began: a plain line, or the line that is overwritten. */
  began(text: string): void;
  /** How far it is; only on a terminal. */
  progress(text: string): void;
}

type Stream = NodeJS.WriteStream;

const usual = 100;
const narrowest = 40;
const widest = 160;

/** @param resultsTo `stderr` if stdout carries something for machines */
export function makeTerminal(resultsTo: 'stdout' | 'stderr' = 'stdout'): Terminal {
  const results: Stream = process[resultsTo];
  const live = process.stderr.isTTY;
  let shown = false;
  const clear = (): void => {
    if (!shown) return;
    clearLine(process.stderr, 0);
    cursorTo(process.stderr, 0);
    shown = false;
  };
  const show = (text: string): void => {
    clear();
    process.stderr.write(text.slice(0, widthOf(process.stderr) - 1));
    shown = true;
  };
  return {
    width: widthOf(results),
    color: mayColor(results),
    out: (text) => {
      clear();
      results.write(`${text}\n`);
    },
    err: (text) => {
      clear();
      process.stderr.write(`${text}\n`);
    },
    began: (text) => {
      if (live) show(text);
      else process.stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (live) show(text);
    },
  };
}

/** A terminal may not know its width, and say 0. */
function widthOf({ isTTY, columns }: Stream): number {
  return isTTY && columns >= narrowest ? Math.min(columns, widest) : usual;
}

/** See https://no-color.org and https://force-color.org: an empty value counts as not set. */
function mayColor(stream: Stream): boolean {
  const { FORCE_COLOR: force = '', NO_COLOR: no = '' } = process.env;
  if (force !== '') return force !== '0' && force !== 'false';
  return no === '' && stream.isTTY;
}
