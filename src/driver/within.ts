/** Waiting with a limit. Time decides nothing but when to give up. */
import { setTimeout as delay } from 'node:timers/promises';

/** Whether the promise settled within the limit. Rejections of the promise are passed on. */
export function within(limitMs: number, promise: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), limitMs);
    promise.then(
      () => {
        clearTimeout(timer);
        resolve(true);
      },
      (error: Error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/** Asks again and again until the answer is true. Returns false if the limit came first. */
export async function until(
  limitMs: number,
  condition: () => boolean | Promise<boolean>,
  everyMs = 5,
): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() >= end) return false;
    await delay(everyMs);
  }
  return true;
}
