/**
 * Keeps asynchronous contexts that `pg` and its pool lose: a callback that waits in a pool's queue would run in the context
 * of whoever gives a connection back, and a query that waits for the one before it would be sent in the context of that one.
 */
import { AsyncResource } from 'node:async_hooks';
import module from 'node:module';
import type { StatementHost } from '../contract.ts';

type Method = (this: any, ...args: any[]) => unknown;
const kept: unique symbol = Symbol.for('pg-lockstep.contexts') as never;

const clientFile = /[\\/]pg[\\/]lib[\\/]client\.js$/;
const poolFile = /[\\/]pg-pool[\\/]index\.js$/;

let watching = false;
let hostNow: () => StatementHost | undefined = () => undefined;

/**
 * For each copy of `pg` and `pg-pool` that is loaded, now or later.
 *
 * @param host who decides about the code that runs now; undefined if it is not under test
 */
export function keepContexts(host: () => StatementHost | undefined): void {
  hostNow = host;
  const loader = module as unknown as {
    readonly _cache: Readonly<
      Record<string, { readonly exports: unknown; readonly loaded: boolean } | undefined>
    >;
    _load: (request: string, parent: unknown, isMain: boolean) => unknown;
  };
  for (const [file, loaded] of Object.entries(loader._cache))
    if (loaded?.loaded === true) mend(file, loaded.exports);
  if (watching) return;
  watching = true;
  const load = loader._load;
  loader._load = function loadAndMend(request, parent, isMain) {
    const exports = load.call(this, request, parent, isMain);
    if (request.endsWith('client') || request === 'pg-pool')
      for (const file of Object.keys(loader._cache))
        if (clientFile.test(file) || poolFile.test(file)) mend(file, loader._cache[file]?.exports);
    return exports;
  };
}

function mend(file: string, exports: unknown): void {
  if (typeof exports !== 'function') return;
  const { prototype } = exports as { readonly prototype: Record<PropertyKey, any> };
  if (clientFile.test(file)) once(prototype, 'query', queuedInContext);
  else if (poolFile.test(file)) once(prototype, 'connect', callbackInContext);
}

function once(prototype: Record<PropertyKey, any>, name: string, change: (method: Method) => Method): void {
  if (Object.hasOwn(prototype, kept) || typeof prototype[name] !== 'function') return;
  prototype[kept] = true;
  prototype[name] = change(prototype[name] as Method);
}

interface Waiter {
  readonly callback: (error: Error) => void;
}

function callbackInContext(connect: Method): Method {
  return function connectInContext(callback, ...rest) {
    const waiters = this._pendingQueue as Waiter[] | undefined;
    const before = waiters?.length ?? 0;
    const bound = typeof callback === 'function' ? AsyncResource.bind(callback) : callback;
    const result = connect.call(this, bound, ...rest);
    const waiter = waiters !== undefined && waiters.length > before ? waiters.at(-1) : undefined;
    if (waiters !== undefined && waiter !== undefined)
      hostNow()?.queued(() => {
        const at = waiters.indexOf(waiter);
        if (at < 0) return;
        waiters.splice(at, 1);
        waiter.callback(new Error('the execution was given up'));
      });
    return result;
  };
}

interface Query {
  submit?: Method;
}

function queuedInContext(query: Method): Method {
  return function queryInContext(...args) {
    const result = query.apply(this, args);
    const queue = (this._queryQueue ?? this.queryQueue) as readonly Query[] | undefined;
    const last = queue?.at(-1);
    if (last?.submit !== undefined && !Object.hasOwn(last, kept)) {
      // An object that sends itself (a cursor) calls other methods of its own.
      const submit = last.submit.bind(last);
      Object.defineProperty(last, kept, { value: true });
      last.submit = AsyncResource.bind(submit);
    }
    return result;
  };
}
