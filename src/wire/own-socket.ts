/** Marks the sockets of the tool's own connections: what guards those of the code under test leaves them alone. */

/** The same in all copies of this package that are loaded. */
const mark: unique symbol = Symbol.for('pg-lockstep.own-socket') as never;

export function markOwn(socket: object): void {
  Object.defineProperty(socket, mark, { value: true });
}

export function isOwn(socket: object): boolean {
  return mark in socket;
}
