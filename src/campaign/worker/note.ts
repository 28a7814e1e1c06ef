/**
 * The note names the operation that was begun last, in a file that the parent can read although this process is busy.
 * It is a plain file without a name; writing to it takes a few microseconds and waits for nobody.
 */
import { writeSync } from 'node:fs';
import { noteDescriptor, noteLength } from './messages.ts';

const buffer = Buffer.alloc(noteLength, ' ');
let last = '';

export function note(text: string): void {
  if (text === last) return;
  last = text;
  buffer.fill(' ');
  buffer.write(text);
  try {
    writeSync(noteDescriptor, buffer, 0, noteLength, 0);
  } catch {
    // Started by hand, without the descriptor: then nobody reads it.
  }
}

/** The last note. */
export function noted(): string {
  return last === '' ? 'nothing' : last;
}
