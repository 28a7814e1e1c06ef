/** Test runners run tests in contexts of their own: what Node itself makes is of classes there that `instanceof` does not know. */

type Class<T> = abstract new (...args: never[]) => T;

/** Whether a value is of one of the language's own classes, in whichever realm it was made. */
export function isA<T>(value: unknown, type: Class<T>): value is T {
  if (value instanceof type) return true;
  // What this realm made is what it seems: only a foreign value is judged by its tag.
  if (typeof value !== 'object' || value === null || value instanceof Object) return false;
  return Object.prototype.toString.call(value) === `[object ${type.name}]`;
}
