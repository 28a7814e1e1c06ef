/**
 * Keeps asynchronous contexts that `pg` and its pool lose: a callback that waits in a pool's queue would run in the context
 * of whoever gives a connection back, and a query that waits for the one before it would be sent in the context of that one.
 */
import { AsyncResource } from 'node:async_hooks';
import module, { createRequire } from 'node:module';
import type { StatementHost } from '../contract.ts';

type Method = (this: any, ...args: any[]) => unknown;
const kept: unique symbol = Symbol.for('pg-lockstep.contexts') as never;

const clientFile = /[\\/]pg[\\/]lib[\\/]client\.js$/;

/** A kind of pool: whoever wants a connection when there is none waits in a list. */
interface PoolKind {
  /** The file of the class. */
  readonly file: RegExp;
  readonly classIn: (exports: any) => unknown;
  /** Asks for a connection. */
  readonly method: string;
  readonly list: string;
  readonly giveUp: (waiter: any, error: Error) => void;
}

const pgPool: PoolKind = {
  file: /[\\/]pg-pool[\\/]index\.js$/,
  classIn: (exports) => exports,
  method: 'connect',
  list: '_pendingQueue',
  giveUp: (waiter, error) => waiter.callback(error),
};
const poolKinds: readonly PoolKind[] = [
  pgPool,
  // Knex has it.
  {
    file: /[\\/]tarn[\\/]dist[\\/]Pool\.js$/,
    classIn: (exports) => exports.Pool,
    method: 'acquire',
    list: 'pendingAcquires',
    giveUp: (waiter, error) => waiter.reject(error),
  },
  {
    file: /[\\/]sequelize-pool[\\/]lib[\\/]Pool\.js$/,
    classIn: (exports) => exports.Pool,
    method: 'acquire',
    list: '_pendingAcquires',
    giveUp: (waiter, error) => waiter.reject(error),
  },
];
const files = [clientFile, ...poolKinds.map(({ file }) => file)];
/** How these files are asked for. */
const requests = /(?:^pg-pool|client|Pool)(?:\.js)?$/;

/**
 * What was loaded: of Node's own loader, or of a test runner that has one for each test file (Jest). Modules that the latter
 * loads later are known only by looking again.
 */
const { cache } = createRequire(import.meta.url);
const loader = module as unknown as {
  readonly _cache: unknown;
  _load: (request: string, parent: unknown, isMain: boolean) => unknown;
};
const looksAgain = cache !== loader._cache;

let watching = false;
let hostNow: () => StatementHost | undefined = () => undefined;

/**
 * For each copy of `pg` and `pg-pool` that is loaded, now or later.
 *
 * @param host who decides about the code that runs now; undefined if it is not under test
 */
export function keepContexts(host: () => StatementHost | undefined): void {
  hostNow = host;
  mendLoaded();
  if (watching) return;
  watching = true;
  const load = loader._load;
  loader._load = function loadAndMend(request, parent, isMain) {
    const exports = load.call(this, request, parent, isMain);
    if (requests.test(request)) mendLoaded();
    return exports;
  };
}

/** A client connects: whichever copy it is of is loaded. */
export function keepContextsOfLaterCopies(): void {
  if (looksAgain) mendLoaded();
}

/** A client or a pool, perhaps of a copy that is in no file of its own. */
export function keepContextsOf(object: object): void {
  const { constructor } = object;
  if (isClient(object)) once(constructor, 'query', queuedInContext);
  if (isPool(object)) once(constructor, pgPool.method, (method) => queueing(pgPool, method));
}

function isClient(object: object): boolean {
  return ['_queryQueue', 'queryQueue'].some((name) => Object.hasOwn(object, name));
}

function isPool(object: object): boolean {
  return Object.hasOwn(object, pgPool.list);
}

function mendLoaded(): void {
  for (const file of Object.keys(cache)) {
    if (!files.some((each) => each.test(file))) continue;
    const loaded = cache[file];
    if (loaded?.loaded === true) mend(file, loaded.exports);
  }
}

function mend(file: string, exports: unknown): void {
  if (clientFile.test(file)) once(exports, 'query', queuedInContext);
  const kind = poolKinds.find((each) => each.file.test(file));
  if (kind !== undefined) once(kind.classIn(exports), kind.method, (method) => queueing(kind, method));
}

function once(type: unknown, name: string, change: (method: Method) => Method): void {
  if (typeof type !== 'function') return;
  const { prototype } = type as { readonly prototype: Record<PropertyKey, any> };
  // A class that inherits from one that is mended is mended.
  if (kept in prototype || typeof prototype[name] !== 'function') return;
  prototype[kept] = true;
  prototype[name] = change(prototype[name] as Method);
}

/** Asks a pool for a connection; what waits for one can be given up with its execution. */
function queueing({ list, giveUp }: PoolKind, ask: Method): Method {
  return function askInContext(callback, ...rest) {
    const waiting = (): unknown[] => (this[list] as unknown[] | undefined) ?? [];
    const before = waiting().length;
    const bound = typeof callback === 'function' ? AsyncResource.bind(callback) : callback;
    const result = ask.call(this, bound, ...rest);
    const waiter = waiting().length > before ? waiting().at(-1) : undefined;
    if (waiter !== undefined)
      hostNow()?.queued({
        isOver: () => !waiting().includes(waiter),
        giveUp: () => {
          const at = waiting().indexOf(waiter);
          if (at < 0) return;
          waiting().splice(at, 1);
          giveUp(waiter, new Error('the execution was given up'));
        },
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
