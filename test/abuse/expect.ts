/** What is expected of a command that ended. Plain assertions: the suite runs in Vitest and by itself. */
import assert from 'node:assert/strict';
import type { Ended } from '../support/command.ts';

function all({ code, signal, stdout, stderr }: Ended): string {
  return `ended with ${signal ?? code}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`;
}

/** No stack trace, and no word of an unexpected error. */
export function expectPlain(ended: Ended): void {
  const both = `${ended.stdout}\n${ended.stderr}`;
  assert.doesNotMatch(both, /^ {4}at .*:\d+/m, `a stack trace\n${all(ended)}`);
  assert.doesNotMatch(both, /not expected; please report/, all(ended));
}

/**
 * An end in plain words.
 *
 * @param codes exit codes of which one is right; a number alone is the only one
 * @param says must be found in stdout or stderr, whose lines are joined
 */
export function expectEnd(ended: Ended, codes: number | readonly number[], ...says: readonly RegExp[]): void {
  expectPlain(ended);
  assert.ok([codes].flat().includes(ended.code ?? -1), `not ${String(codes)}\n${all(ended)}`);
  const words = `${ended.stdout}\n${ended.stderr}`.replaceAll(/\s+/g, ' ');
  for (const pattern of says) assert.match(words, pattern, all(ended));
}

export function expectHolds(ended: Ended): void {
  expectEnd(ended, 0, /HOLDS/);
}

/** Of two variants checked by one command, `faulty` is violated and `mended` holds. Without superuser a race has no name. */
export function expectPair(ended: Ended): void {
  expectEnd(ended, 1, /VIOLATION .*\/faulty on/, /HOLDS \S+\/mended on/, /1 held, 1 violated/);
}

export function expectViolation(ended: Ended): void {
  expectEnd(ended, 1, /VIOLATION .*lost update/);
}

/** Ended by a signal, as a shell sees it; `code` where it ended in order. */
export function expectKilled({ signal, ...ended }: Ended): void {
  assert.equal(signal, 'SIGKILL', all({ signal, ...ended }));
}
