/** Collects what observed steps did, besides what the history says of them. */
import type { GatedClient } from '../driver/gated-client.ts';
import type { Touch } from '../footprint/touch.ts';

export class Touches {
  /** By step; empty where nothing is observed. */
  readonly all: Touch[] = [];
  readonly #observed: boolean;

  constructor(observed: boolean) {
    this.#observed = observed;
  }

  /** A step's statement is about to be sent. */
  released(step: number, { inTransaction }: GatedClient): void {
    if (this.#observed) this.all[step] = { openBefore: inTransaction, completed: undefined };
  }

  /** @param during the step in which its reply came */
  completed(step: number, during: number, client: GatedClient): void {
    const touch = this.all[step];
    if (touch === undefined) return;
    touch.completed = { during, openAfter: client.inTransaction, evidence: client.takeEvidence() };
  }
}
