/** Hands a statement's error to the code under test. */

/**
 * As `pg` does it: here the stack leads to the caller, where the error was made it led to the socket. This function is not
 * in it: an error for which nobody waits is the caller's, and none of ours.
 */
export function passOn(error: unknown): never {
  if (error instanceof Error) Error.captureStackTrace(error, passOn);
  throw error;
}
