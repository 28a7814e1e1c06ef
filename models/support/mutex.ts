/**
 * A mutex is a queue of promises: `run` starts when everything before it has settled, first come first
 * served. It uses no timers, so a session that waits for it settles as soon as promise chains drain.
 */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(body: () => Promise<T>): Promise<T> {
    const result = this.#last.then(body);
    // The next one waits for this one's end, with or without an error.
    this.#last = result.catch(() => {});
    return result;
  }
}
