/** Wakes one waiter when something happened. Notifying with nobody waiting is remembered once. */
export class Signal {
  #pending = false;
  #wake: (() => void) | undefined;

  notify(): void {
    const wake = this.#wake;
    if (wake === undefined) this.#pending = true;
    else {
      this.#wake = undefined;
      wake();
    }
  }

  /** Fulfilled with true when notified, with false when `timeoutMs` passed first. */
  wait(timeoutMs?: number): Promise<boolean> {
    if (this.#pending) {
      this.#pending = false;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      if (timeoutMs === undefined) {
        this.#wake = () => resolve(true);
        return;
      }
      const timer = setTimeout(() => {
        this.#wake = undefined;
        resolve(false);
      }, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  /** Fulfilled with true when a full turn of the event loop passed, with false when notified first. */
  quietTurn(): Promise<boolean> {
    if (this.#pending) {
      this.#pending = false;
      return Promise.resolve(false);
    }
    return new Promise((resolve) => {
      const immediate = setImmediate(() => {
        this.#wake = undefined;
        resolve(true);
      });
      this.#wake = () => {
        clearImmediate(immediate);
        resolve(false);
      };
    });
  }

  /** Forgets a notification that nobody waited for. */
  clear(): void {
    this.#pending = false;
  }
}

/** One full turn of the event loop: promise chains drain, and what has arrived on sockets is delivered. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
