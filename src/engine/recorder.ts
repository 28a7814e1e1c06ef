/** Records one execution. Events are ordered by decisions and never by arrival. */
import type { HistoryEvent } from '../core/history.ts';
import type { Answer } from '../core/model.ts';
import type { Choice } from '../core/schedule.ts';
import { preparesIn } from './prepared.ts';
import type { Span } from './record.ts';

export class Recorder {
  readonly history: HistoryEvent[] = [];
  readonly choices: Choice[] = [];
  readonly answers: Answer[][];
  readonly spans: Span[][];
  /** Events since the last decision. */
  #phase: HistoryEvent[] = [];

  constructor(sessions: number) {
    this.answers = Array.from({ length: sessions }, () => []);
    this.spans = Array.from({ length: sessions }, () => []);
  }

  /** Decisions taken so far. */
  get steps(): number {
    return this.choices.length;
  }

  /** The session that was chosen last. */
  get current(): number | undefined {
    return this.choices.at(-1)?.chosen;
  }

  /** Whether a session took part in a two-phase commit. */
  get prepares(): boolean {
    return preparesIn(this.history) || preparesIn(this.#phase);
  }

  add(event: HistoryEvent): void {
    this.#phase.push(event);
  }

  began(session: number, operation: number): void {
    this.spans[session]?.push({ invoked: this.steps - 1, returned: -1 });
    this.add({ kind: 'began', session, operation, step: this.steps - 1 });
  }

  returned(session: number, operation: number, answer: Answer): void {
    this.answers[session]?.push(answer);
    const spans = this.spans[session];
    const span = spans?.[operation];
    if (spans !== undefined && span !== undefined) spans[operation] = { ...span, returned: this.steps - 1 };
    this.add({ kind: 'returned', session, operation, answer });
  }

  /**
   * Closes the phase: the events of the session that was chosen come first, then those of the others by number.
   * Within a session events keep their order.
   */
  flush(): void {
    if (this.#phase.length === 0) return;
    const { current } = this;
    const rank = (event: HistoryEvent): number => (event.session === current ? -1 : event.session);
    if (this.#phase.length > 1) this.#phase.sort((a, b) => rank(a) - rank(b));
    this.history.push(...this.#phase);
    this.#phase = [];
  }
}
