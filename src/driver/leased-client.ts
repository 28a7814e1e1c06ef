/**
 * What the code under test holds of a client: the client itself in everything, until the execution is over. Clients serve
 * one execution after another; a timer or a cache that keeps one would else send statements into somebody else's.
 */
import type pg from 'pg';
import type { GatedClient } from './gated-client.ts';

export interface Lease {
  /** Cannot be told from a `pg` client. */
  readonly client: pg.Client;
  /** From now on nothing that is called on it reaches the connection. */
  revoke(): void;
}

/** What reaches the server, and is refused once the lease is over. */
const sending: ReadonlySet<PropertyKey> = new Set(['query', 'connect']);
/** What would touch the next user's client, and does nothing then. Listeners that it had are gone by themselves. */
const idle: ReadonlySet<PropertyKey> = new Set([
  'on', 'once', 'addListener', 'prependListener', 'prependOnceListener', 'emit', 'ref', 'unref', 'end',
]); // prettier-ignore

/** How often what is sent too late is refused before it is simply never answered: code that tries for ever must rest. */
export const refusalsBeforeSilence = 50;

type Method = (...args: any[]) => unknown;

/** @param late called with what is sent once the lease is over */
export function leaseOf(target: GatedClient, late: (text: string) => void): Lease {
  let revoked = false;
  let refusals = 0;
  // What others hang on it (a pool its `release`, a tracer its own `query`) goes with the lease.
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
