/**
 * Finds the classes of a copy of `pg` that no loader knows, since a bundler put it into another file: a client and its pool
 * say `connect` when the first connection is ready.
 */
import { EventEmitter } from 'node:events';

type Met = (object: object) => void;

/** Connections that were looked at, by the file that opened them: one is enough, but it may have been refused. */
const looks = new Map<string, number>();
const mostLooks = 3;

const watchers = new Set<Met>();
const { emit } = EventEmitter.prototype as { readonly emit: Emit };

type Emit = (this: EventEmitter, ...args: [event: string | symbol, ...rest: any[]]) => boolean;

function emitAndLook(this: EventEmitter, ...args: [event: string | symbol, ...rest: any[]]): boolean {
  if (args[0] === 'connect') for (const met of watchers) met(this);
  return emit.apply(this, args);
}

/**
 * To be called in the call that opens a connection.
 *
 * @param met gets whatever says `connect` until the end
 * @returns ends it; undefined if connections of the same code were looked at before
 */
export function lookAtConnecting(met: Met): (() => void) | undefined {
  const opener = openerOf(new Error().stack ?? '');
  const count = (looks.get(opener) ?? 0) + 1;
  looks.set(opener, count);
  if (count > mostLooks) return undefined;
  watchers.add(met);
  EventEmitter.prototype.emit = emitAndLook;
  return () => {
    watchers.delete(met);
    if (watchers.size === 0 && EventEmitter.prototype.emit === emitAndLook)
      EventEmitter.prototype.emit = emit;
  };
}

/** The first line of the stack, from below, that is neither Node's nor the hook's. */
function openerOf(stack: string): string {
  const lines = stack.split('\n').slice(1);
  return lines.find((line) => !/[\\/]source[\\/]hook[\\/]|node:/.test(line)) ?? '';
}
