/**
 * The zero specification: the code itself, run serially, says what it should do when requests overlap. An
 * operation run alone is a function of the database state. The oracle learns that function one transition at
 * a time: it executes each once and remembers it (the idea is Lincheck's; learning replaces its second,
 * sequential implementation).
 *
 * States are exact, generated ids included, so a path of transitions is one real serial run.
 */
import type { Answer, Call } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import { stateKey, type DatabaseState } from '../core/state.ts';
import type { Span } from './spans.ts';

/** The effect of one operation, run alone from one state. */
export interface Transition {
  readonly answer: Answer;
  /** Number of the state that it leaves. */
  readonly state: number;
  /** What the session remembers afterwards. */
  readonly memory: unknown;
  /** When it was executed. */
  readonly span: Span;
  /** The number of options at each choice that its serial form left open; see `Operation.serial`. */
  readonly options: readonly number[];
}

/** One run of an operation alone. */
export interface AloneRun {
  readonly answer: Answer;
  readonly memory: unknown;
  readonly final: DatabaseState;
  readonly span: Span;
  readonly options: readonly number[];
}

/** Runs one operation alone on the engine. */
export type RunAlone = (
  from: DatabaseState,
  call: Call,
  memory: unknown,
  choices: readonly number[],
) => Promise<AloneRun>;

/** Whether two runs of one transition agree, up to generated values. */
export type Agreement = (from: DatabaseState, call: Call, a: AloneRun, b: AloneRun) => boolean;

/** A learned transition gave a different result when it was executed again. */
export class NotAFunction extends Error {
  override readonly name = 'NotAFunction';
  readonly call: Call;
  readonly first: Answer;
  readonly second: Answer;

  constructor(call: Call, first: Answer, second: Answer) {
    super(`${call.operation}, run alone from the same state, gave two different results`);
    this.call = call;
    this.first = first;
    this.second = second;
  }
}

/** A learned transition is executed again at these uses, then at each multiple of the last. */
const recheckedUses = [8, 64, 512];

interface LearnedTransition {
  readonly transition: Transition;
  uses: number;
}

export class LearnedSpecification {
  readonly #run: RunAlone;
  readonly #agree: Agreement;
  readonly #numbers = new Map<string, number>();
  readonly #states: DatabaseState[] = [];
  readonly #transitions = new Map<string, LearnedTransition>();
  /** Operations executed to learn, including repeated ones. */
  executions = 0;

  constructor(run: RunAlone, agree: Agreement) {
    this.#run = run;
    this.#agree = agree;
  }

  /** The number of a state; equal states have equal numbers. */
  number(state: DatabaseState): number {
    const key = stateKey(state);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#states.length;
      this.#numbers.set(key, number);
      this.#states.push(state);
    }
    return number;
  }

  state(number: number): DatabaseState {
    const state = this.#states[number];
    if (state === undefined) throw new Error(`there is no state ${number}`);
    return state;
  }

  /** The transition, if it is known; undefined if it must be executed, for the first time or again. */
  known(state: number, call: Call, memory: unknown, choices: readonly number[] = []): Transition | undefined {
    const known = this.#transitions.get(keyOf(state, call, memory, choices));
    if (known === undefined || isRechecked(known.uses + 1)) return undefined;
    known.uses += 1;
    return known.transition;
  }

  /**
   * @param choices the option taken at each choice, counted from 0; the first if none is given
   * @throws NotAFunction if the operation depends on more than the state
   */
  async apply(
    state: number,
    call: Call,
    memory: unknown,
    choices: readonly number[] = [],
  ): Promise<Transition> {
    const known = this.known(state, call, memory, choices);
    if (known !== undefined) return known;
    const key = keyOf(state, call, memory, choices);
    this.executions += 1;
    const run = await this.#run(this.state(state), call, memory, choices);
    const learned = this.#transitions.get(key);
    if (learned === undefined) {
      const { answer, memory: remembered, span, options } = run;
      const transition = { answer, memory: remembered, span, options, state: this.number(run.final) };
      this.#transitions.set(key, { transition, uses: 1 });
      return transition;
    }
    learned.uses += 1;
    const { transition } = learned;
    const first = { ...transition, final: this.state(transition.state) };
    if (!this.#agree(this.state(state), call, first, run)) {
      throw new NotAFunction(call, transition.answer, run.answer);
    }
    return transition;
  }

  /** Forgets everything if it holds more than `maxStates` states; later uses learn again. */
  trim(maxStates: number): void {
    if (this.#states.length <= maxStates) return;
    this.#numbers.clear();
    this.#states.length = 0;
    this.#transitions.clear();
  }
}

function keyOf(state: number, call: Call, memory: unknown, choices: readonly number[]): string {
  return `${state} ${call.operation} ${canonicalText(call.args)} ${canonicalText(memory)} ${choices.join()}`;
}

function isRechecked(use: number): boolean {
  return recheckedUses.includes(use) || use % (recheckedUses.at(-1) ?? 1) === 0;
}
