/**
 * Polls for a reply that is near instead of sleeping until it comes. A process that sleeps is woken about 0.03 ms late,
 * and most statements take no more than 0.1 ms. Only how soon a reply is seen depends on it.
 */
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { runUnattributed } from './outside.ts';

/** How long a reply is polled for: a statement that takes longer waits for a lock, or is slow anyway. */
const pollMs = 0.3;
/** How often to check whether there is room for polling. */
const reviewMs = 100;
/** Share of its active time that this process may wait for a processor; beyond it, polling is in others' way. */
const mostKeptWaiting = 0.2;

const severalCores = availableParallelism() > 1;

let until = 0;
let polling = false;
let room = severalCores;
let reviewAt = 0;
let used = performance.eventLoopUtilization();
let spent = process.cpuUsage();

/** A statement was sent: its reply most likely comes soon. */
export function replyIsNear(): void {
  if (!severalCores) return;
  const now = performance.now();
  if (now >= reviewAt) review(now);
  if (!room) return;
  until = now + pollMs;
  if (polling) return;
  polling = true;
  runUnattributed(() => setImmediate(poll));
}

function poll(): void {
  if (performance.now() < until) setImmediate(poll);
  else polling = false;
}

function review(now: number): void {
  const active = performance.eventLoopUtilization(used).active;
  const { user, system } = process.cpuUsage(spent);
  // The first review would compare with nothing but the start of the process.
  if (reviewAt > 0) room = !isCrowded(active, (user + system) / 1000);
  reviewAt = now + reviewMs;
  used = performance.eventLoopUtilization();
  spent = process.cpuUsage();
}

/**
 * Whether other processes want the processors: this one was ready to run for longer than it ran. Polling would then
 * slow down Postgres and everything else on the machine.
 *
 * @param activeMs time during which the event loop was awake
 * @param processorMs processor time that the process was given meanwhile
 */
export function isCrowded(activeMs: number, processorMs: number): boolean {
  return activeMs - processorMs > mostKeptWaiting * activeMs;
}
