/** A bell: whoever waits for it goes on when it rings. Take `next` before looking, so that no ring is missed in between. */
export class Bell {
  #ring: () => void = () => {};
  #next: Promise<void>;

  constructor() {
    this.#next = new Promise((resolve) => (this.#ring = resolve));
  }

  get next(): Promise<void> {
    return this.#next;
  }

  ring(): void {
    const ring = this.#ring;
    this.#next = new Promise((resolve) => (this.#ring = resolve));
    ring();
  }
}
