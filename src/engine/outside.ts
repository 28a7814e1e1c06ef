/**
 * Distinguishes waits that end by themselves (timers, files, other sockets) from waits that only another session can
 * end (an in-process mutex). The engine waits for a timer's session, so that no decision depends on how long it takes;
 * a session that waits only for a promise cannot go on unless another session does.
 *
 * Resources are attributed through the asynchronous context in which they were made. Only creation is hooked: a
 * `destroy` hook would make V8 track the end of every promise.
 */
import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import type { CallingSession, Errand } from '../source/hook/http-tickets.ts';
import { isUnderWay, watchJob } from './thread-jobs.ts';
import type { Ticks } from './ticks.ts';
import type { StatementHost } from '../source/contract.ts';

interface OutsideResource {
  readonly type: string;
  readonly resource: Record<string, unknown>;
}

/** What one session has started outside the database. */
export interface OutsideWork {
  readonly resources: OutsideResource[];
  readonly ticks: Ticks;
  /** Takes what its code sends on connections that it opens itself. */
  readonly host?: StatementHost;
}

/** Outside of an execution nobody asks what was started. */
const context = new AsyncLocalStorage<Partial<OutsideWork> | undefined>();

/** No resource of Node's: a request of the session's code. */
const errand = 'Errand';

const ignored = new Set(['PROMISE', 'TickObject', 'Microtask', 'RANDOMBYTESREQUEST', 'SIGNREQUEST']);

const sockets = new Set([
  'TCPWRAP',
  'PIPEWRAP',
  'TCPCONNECTWRAP',
  'HTTPCLIENTREQUEST',
  'HTTPINCOMINGMESSAGE',
]);

const hook = createHook({
  init(_asyncId, type, _trigger, resource) {
    if (ignored.has(type)) return;
    const { resources, ticks } = context.getStore() ?? {};
    if (resources === undefined) return;
    watchJob(type, resource);
    ticks?.made(type, resource as Record<string, unknown>);
    resources.push({ type, resource: resource as Record<string, unknown> });
  },
});
let users = 0;

/** Turns the hook on while at least one execution runs. */
export function trackOutsideWork(on: boolean): void {
  users += on ? 1 : -1;
  if (users === 1 && on) hook.enable();
  if (users === 0) hook.disable();
}

/** Takes what the code that runs now sends on connections of its own; undefined if it is no session's code. */
export function currentHost(): StatementHost | undefined {
  return context.getStore()?.host;
}

/** The session whose code runs now; undefined outside of an execution. */
export function currentSession(): CallingSession | undefined {
  const work = context.getStore();
  const { resources } = work ?? {};
  if (resources === undefined) return undefined;
  return {
    enter: (code) => context.run(work, code),
    awaits: () => {
      const resource: Errand & Record<string, unknown> = { state: 'on its way' };
      resources.push({ type: errand, resource });
      return resource;
    },
  };
}

/** Runs code outside of an execution; the host takes what it sends on connections of its own. */
export function runHosted<T>(host: StatementHost | undefined, code: () => T): T {
  return context.run(host && { host }, code);
}

/** Runs code of a session; what it starts is attributed to `work`. */
export function runAttributed<T>(work: OutsideWork, code: () => T): T {
  return context.run(work, code);
}

/**
 * Runs code of the engine that is called from a session's code, and attributes nothing. `exit` would do the same by
 * switching the hooks of the whole process off and on.
 */
export function runUnattributed<T>(code: () => T): T {
  return context.run(undefined, code);
}

/**
 * What will wake the session by itself: `soon` is something that the next decision should wait for, `later` means only
 * long timers (a backoff of seconds, or a deadline that guards another wait) and those that go on until another session
 * does something (see `Ticks`).
 */
export function pendingWork(work: OutsideWork): 'soon' | 'later' | 'nothing' {
  if (work.resources.length === 0) return 'nothing';
  const active = new Set(process.getActiveResourcesInfo().map((name) => name.toUpperCase()));
  const pending = work.resources.filter(({ type, resource }) => isPending(type, resource, active));
  work.resources.splice(0, work.resources.length, ...pending);
  const isServed = ({ type, resource }: OutsideResource): boolean =>
    type === errand && resource['state'] === 'served here';
  // The socket of a request waits for the server's code, which is the session's own.
  const own = pending.some(isServed)
    ? pending.filter((each) => !isServed(each) && !sockets.has(each.type))
    : pending;
  if (own.some(({ resource }) => !work.ticks.isLater(resource))) return 'soon';
  return own.length > 0 ? 'later' : 'nothing';
}

function isPending(type: string, resource: Record<string, unknown>, active: ReadonlySet<string>): boolean {
  switch (type) {
    case errand:
      return resource['state'] !== 'over';
    case 'Timeout':
    case 'Immediate':
      return resource['_destroyed'] !== true;
    case 'TCPWRAP':
    case 'PIPEWRAP': {
      // An idle keep-alive socket is unreferenced by its agent.
      const hasRef = resource['hasRef'];
      return typeof hasRef === 'function' && (hasRef.call(resource) as boolean);
    }
    case 'FILEHANDLECLOSEREQ':
      // Node's list has it under another name; `readFile` of `node:fs/promises` ends with one.
      return active.has('CLOSEREQ');
    default:
      // Requests end once; Node names most of them here while they are under way.
      return isUnderWay(type, resource) ?? active.has(type);
  }
}
