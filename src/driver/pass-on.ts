/** Hands a statement's error to the code under test. */

/**
 * As `pg` does it: from here the stack leads to the caller, whereas the error was made with a stack that led to the
 * socket. This function is not in it: an error that nobody awaits is the caller's, not ours.
 */
export function passOn(error: unknown): never {
  if (error instanceof Error) Error.captureStackTrace(error, passOn);
  throw error;
}
