/** Closes a switch over a discriminated union: the compiler refuses a forgotten case. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
