/**
 * A lease is what the code under test gets of a client: it behaves like the client until the execution is over. Clients
 * serve one execution after another; otherwise a timer or a cache that keeps one would send statements into a later
 * execution.
 */
import type pg from 'pg';
import type { GatedClient } from './gated-client.ts';

export interface Lease {
  /** Indistinguishable from a `pg` client. */
  readonly client: pg.Client;
  /** From now on no call on it reaches the connection. */
  revoke(): void;
}

/** Calls that reach the server. They are refused once the lease is over. */
const sending: ReadonlySet<PropertyKey> = new Set(['query', 'connect']);
/** Calls that would touch the next user's client. They do nothing once the lease is over. */
const idle: ReadonlySet<PropertyKey> = new Set([
  'on', 'once', 'addListener', 'prependListener', 'prependOnceListener', 'emit', 'ref', 'unref', 'end',
]); // prettier-ignore

/**
 * Late statements that are refused; further ones are never answered, so that code which tries for ever comes to rest.
 */
export const refusalsBeforeSilence = 50;

type Method = (...args: any[]) => unknown;

/** @param late called with the text of a statement that comes once the lease is over */
export function leaseOf(target: GatedClient, late: (text: string) => void): Lease {
  let revoked = false;
  let refusals = 0;
  // Properties that others add (a pool its `release`, a tracer its own `query`) go with the lease.
  const own = new Map<PropertyKey, unknown>();

  const call = (key: PropertyKey, method: Method, args: any[]): unknown => {
    if (revoked && (sending.has(key) || idle.has(key))) return refused(key, args);
    const callback: unknown = args.at(-1);
    // The client itself comes back from `on`, and goes to the callback of `connect`.
    if (key === 'connect' && typeof callback === 'function') {
      return method.call(target, (error: unknown) => (callback as Method)(error, client));
    }
    const result = method.apply(target, args);
    return result === target ? client : result;
  };

  const refused = (key: PropertyKey, args: any[]): unknown => {
    const callback: unknown = args.at(-1);
    const done = typeof callback === 'function' ? (callback as Method) : undefined;
    if (key === 'end') return done === undefined ? Promise.resolve() : done();
    if (idle.has(key)) return client;
    const [config] = args as [string | { readonly text?: unknown } | undefined];
    const text = typeof config === 'object' ? config.text : config;
    late(key === 'query' ? String(text) : String(key));
    refusals += 1;
    if (refusals > refusalsBeforeSilence) return new Promise(() => {});
    const error = new Error('this client is used after its execution is over');
    return done === undefined ? Promise.reject(error) : done(error);
  };

  const wrappers = new Map<Method, Method>();
  const client = new Proxy(target, {
    get(_, key) {
      if (own.has(key)) return own.get(key);
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || key === 'constructor') return value;
      let wrapper = wrappers.get(value as Method);
      if (wrapper === undefined) {
        wrapper = (...args: any[]) => call(key, value as Method, args);
        wrappers.set(value as Method, wrapper);
      }
      return wrapper;
    },
    set: (_, key, value) => own.set(key, value) !== undefined,
    has: (_, key) => own.has(key) || key in target,
    deleteProperty: (_, key) => own.delete(key) || true,
  });
  return { client, revoke: () => void (revoked = true) };
}
