/**
 * Polls for a reply that is near instead of sleeping until it comes. A process that sleeps is woken about 0.03 ms late,
 * and most statements take no more than 0.1 ms. Nothing depends on it but how soon a reply is seen.
 */
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { runUnattributed } from './outside.ts';

/** How long a reply is polled for: whoever takes longer waits for a lock, or is slow anyway. */
const pollMs = 0.3;
/** How often it is looked whether there is room for polling. */
const reviewMs = 100;
/** Part of its active time that a process may be kept from running before it counts as being in others' way. */
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
  // The first look has nothing to compare with but how the process started.
  if (reviewAt > 0) room = !isCrowded(active, (user + system) / 1000);
  reviewAt = now + reviewMs;
  used = performance.eventLoopUtilization();
  spent = process.cpuUsage();
}

/**
 * Whether others want the processors: this process was ready to run for longer than it ran. Where that is so, polling
 * takes from Postgres, and from whatever else works here, what it needs.
 *
 * @param activeMs time in which the event loop was not asleep
 * @param processorMs processor time that the process was given meanwhile
 */
export function isCrowded(activeMs: number, processorMs: number): boolean {
  return activeMs - processorMs > mostKeptWaiting * activeMs;
}
