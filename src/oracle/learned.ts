/**
 * The zero specification: the code itself, run serially, is what it should do when requests overlap. An
 * operation run alone is a function of the database state; the oracle learns that function one transition at
 * a time, executes each once, and remembers it (the idea is Lincheck's; the learning replaces its second,
 * sequential implementation).
 *
 * States are exact, generated ids included, so a path of transitions is one real serial run.
 */
import type { Answer, Call } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import { stateKey, type DatabaseState } from '../core/state.ts';

/** What running one operation alone from one state gives. */
export interface Transition {
  readonly answer: Answer;
  /** Number of the state it leaves. */
  readonly state: number;
  /** What the session remembers afterwards. */
  readonly memory: unknown;
}

/** What came of running one operation alone. */
export interface AloneRun {
  readonly answer: Answer;
  readonly memory: unknown;
  readonly final: DatabaseState;
}

/** Runs one operation alone on the engine. */
export type RunAlone = (from: DatabaseState, call: Call, memory: unknown) => Promise<AloneRun>;

/** Tells whether two runs of one transition agree, up to generated values. */
export type Agree = (from: DatabaseState, call: Call, a: AloneRun, b: AloneRun) => boolean;

/** A learned transition gave something else when it was executed again. */
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

/** A learned transition is executed again at these uses, then at every multiple of the last. */
const recheckedUses = [8, 64, 512];

interface Learned {
  readonly transition: Transition;
  uses: number;
}

export class LearnedSpecification {
  readonly #run: RunAlone;
  readonly #agree: Agree;
  readonly #numbers = new Map<string, number>();
  readonly #states: DatabaseState[] = [];
  readonly #transitions = new Map<string, Learned>();
  /** Operations executed to learn, re-executions included. */
  executions = 0;

  constructor(run: RunAlone, agree: Agree) {
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

  /** @throws NotAFunction when the operation depends on more than the state */
  async apply(state: number, call: Call, memory: unknown): Promise<Transition> {
    const key = `${state} ${call.operation} ${canonicalText(call.args)} ${canonicalText(memory)}`;
    const known = this.#transitions.get(key);
    if (known === undefined) {
      const run = await this.#execute(state, call, memory);
      const transition = { answer: run.answer, memory: run.memory, state: this.number(run.final) };
      this.#transitions.set(key, { transition, uses: 1 });
      return transition;
    }
    known.uses += 1;
    if (recheckedUses.includes(known.uses) || known.uses % (recheckedUses.at(-1) ?? 1) === 0) {
      const again = await this.#execute(state, call, memory);
      const { answer, memory: remembered, state: left } = known.transition;
      const first = { answer, memory: remembered, final: this.state(left) };
      if (!this.#agree(this.state(state), call, first, again)) {
        throw new NotAFunction(call, first.answer, again.answer);
      }
    }
    return known.transition;
  }

  #execute(state: number, call: Call, memory: unknown): ReturnType<RunAlone> {
    this.executions += 1;
    return this.#run(this.state(state), call, memory);
  }

  /** Forgets everything once it has grown beyond what memory should hold; the next uses learn again. */
  trim(maxStates: number): void {
    if (this.#states.length <= maxStates) return;
    this.#numbers.clear();
    this.#states.length = 0;
    this.#transitions.clear();
  }
}
