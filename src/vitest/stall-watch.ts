/**
 * Ends a process that an operation keeps busy for ever: after `for (;;);` neither Vitest's time limit nor any other code in
 * this process gets a turn. A thread notices that, names the operation, and kills the process; Vitest reports a worker that
 * ended unexpectedly.
 *
 * The thread's code is a string, since Node cannot load one and the same file both from TypeScript sources and compiled.
 */
import { url as inspectorUrl } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import { withOperationNotes } from '../core/operation-notes.ts';
import type { Model } from '../core/model.ts';

const tickMs = 250;
const noteBytes = 200;

/** Silence is counted in ticks, not read from a clock: a laptop that slept has not stalled. */
const script = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const { beat, note, tickMs, stallMs } = workerData;
let [last, silent] = [0, 0];
setInterval(() => {
  const now = Atomics.load(beat, 0);
  silent = now === last ? silent + 1 : 0;
  last = now;
  if (silent * tickMs <= stallMs) return;
  const text = Buffer.from(note).toString().replace(/\\0+$/, '') || 'an operation';
  writeSync(2, '\\nINCONCLUSIVE  the limit stallMs was hit: ' + text + ' was begun last, and has not given control back for '
    + Math.round(stallMs / 1000) + ' s: it computes, or loops, without ever awaiting anything. The process is ended.\\n');
  process.kill(process.pid, 'SIGKILL');
}, tickMs);
`;

interface StallWatch {
  /** The operation that began last, for the message. */
  readonly note: (text: string) => void;
  readonly end: () => Promise<void>;
}

/** @param stallMs how long this process may be kept busy without a pause */
function watchForStall(stallMs: number): StallWatch {
  // A process at a breakpoint stands still, too.
  if (inspectorUrl() !== undefined) return { note: () => undefined, end: async () => undefined };
  const beat = new Int32Array(new SharedArrayBuffer(4));
  const note = new Uint8Array(new SharedArrayBuffer(noteBytes));
  const thread = new Worker(script, { eval: true, workerData: { beat, note, tickMs, stallMs } });
  // If the thread cannot start, nothing is watched, and the test runs without it.
  thread.on('error', () => undefined);
  thread.unref();
  const beating = setInterval(() => Atomics.add(beat, 0, 1), tickMs);
  beating.unref();
  return {
    note: (text) => {
      note.fill(0);
      note.set(Buffer.from(text).subarray(0, noteBytes));
    },
    end: async () => {
      clearInterval(beating);
      await thread.terminate();
    },
  };
}

/** Does some work with a model whose operations may keep this process busy for at most `stallMs`. */
export async function withStallWatch<T>(
  model: Model,
  stallMs: number,
  work: (model: Model) => Promise<T>,
): Promise<T> {
  const watch = watchForStall(stallMs);
  try {
    return await work(withOperationNotes(model, watch.note));
  } finally {
    await watch.end();
  }
}
