/**
 * A fault is an expected problem with the user's input or with the machine: it is reported in plain words,
 * never as a stack trace. It reads like a Postgres error: a primary line, DETAIL, HINT, a stable code.
 */
import { isA } from './realm.ts';

/** Who has to act on the fault; the command line turns it into the exit code. */
export type FaultKind =
  /** A wrong option, file, model or replay line: exit code 2. */
  | 'usage'
  /** The engine, the server or the harness failed: exit code 4. */
  | 'engine';

export interface FaultOptions {
  /** Stable, lower case, dashes: `no-such-model`. */
  readonly code: string;
  readonly kind: FaultKind;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: string;
  readonly kind: FaultKind;
  readonly detail: string | undefined;
  readonly hint: string | undefined;

  constructor(message: string, options: FaultOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.kind = options.kind;
    this.detail = options.detail;
    this.hint = options.hint;
    // Test runners print the stack: for an expected problem, that is its words and none of our frames.
    this.stack = `${this.name}: ${wordsOf(this).join('\n')}`;
  }
}

/** The lines a person reads: primary line, DETAIL, HINT. */
export function formatFault(fault: Fault): string {
  return `error: ${wordsOf(fault).join('\n')}`;
}

function wordsOf({ message, detail, hint }: Fault): readonly string[] {
  return [
    message,
    ...(detail === undefined ? [] : [`DETAIL: ${detail}`]),
    ...(hint === undefined ? [] : [`HINT: ${hint}`]),
  ];
}

/** The message of any thrown value, even one that cannot be turned into text. */
export function messageOf(thrown: unknown): string {
  try {
    return isA(thrown, Error) ? String(thrown.message) : String(thrown);
  } catch {
    return typeof thrown;
  }
}
