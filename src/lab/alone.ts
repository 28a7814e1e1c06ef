/**
 * Runs operations alone, so that the oracle learns what they do, and notes what they leave behind on their connection for
 * later operations of their session.
 */
import { Fault } from '../core/fault.ts';
import { modelId, type Call, type Model } from '../core/model.ts';
import { canonicalText } from '../core/plain.ts';
import { defaultChoice } from '../core/schedule.ts';
import type { Remnant } from '../core/remnant.ts';
import type { Scenario } from '../core/scenario.ts';
import { tablesOf, type DatabaseState } from '../core/state.ts';
import type { Lane } from '../engine/lane.ts';
import type { Limits } from '../engine/limits.ts';
import { LearnedSpecification, type AloneRun } from '../oracle/learned.ts';
import type { NamingRules } from '../oracle/generated-columns.ts';
import { Namer } from '../oracle/naming.ts';
import { Uncontrolled } from '../oracle/uncontrolled.ts';
import { fixedTexts } from '../oracle/values.ts';
import { limitCauseText } from '../report/limit-text.ts';
import { remnantText } from '../report/remark-text.ts';
import { awaitsForEverText } from '../report/undecided-text.ts';
import { transactionsIn } from './remembered-transactions.ts';
import { serialForm } from './serial-form.ts';

/** Errors that are mistakes in the code itself. */
const programmingErrors = new Set(['TypeError', 'ReferenceError', 'SyntaxError', 'RangeError', 'ClientExit']);

/** An operation run alone did not end, so there is nothing to compare with. */
export class EndlessOperation extends Error {
  override readonly name = 'EndlessOperation';
  readonly limit: string;
  readonly call: Call;

  constructor(call: Call, limit: string, detail: string) {
    super(detail);
    this.limit = limit;
    this.call = call;
  }
}

export class OperationsAlone {
  /** What operations leave behind for later ones of their session: by the operation's name, then by what it is. */
  readonly kept: Map<string, Map<string, Remnant>> = new Map();
  readonly #model: Model;
  readonly #lane: Lane;
  readonly #limits: Limits;
  readonly #rules: NamingRules;

  constructor(model: Model, lane: Lane, limits: Limits, rules: NamingRules) {
    this.#model = model;
    this.#lane = lane;
    this.#limits = limits;
    this.#rules = rules;
  }

  /** A specification that has learned nothing yet. */
  specification(): LearnedSpecification {
    return new LearnedSpecification(
      (from, call, memory, choices) => this.#run(from, call, memory, choices),
      (from, call, a, b) => this.#agree(from, call, a, b),
    );
  }

  async #run(
    from: DatabaseState,
    call: Call,
    memory: unknown,
    choices: readonly number[],
  ): Promise<AloneRun> {
    const { model, options } = serialForm(this.#model, call.operation, choices);
    const execution = await this.#lane.run(from, {
      model,
      sessions: [[call]],
      memories: [memory],
      choose: defaultChoice,
      limits: this.#limits,
      patient: true,
      checkRemnants: true,
    });
    const kept = [...execution.remnants, ...transactionsIn(execution.memories[0], execution.span)];
    if (kept.length > 0) this.#keep(call.operation, kept);
    const answer = execution.answers[0]?.[0];
    if (execution.end.kind === 'gave-up')
      throw new EndlessOperation(call, execution.end.limit, limitCauseText(execution.end.cause));
    if (execution.end.kind === 'stuck' || answer === undefined)
      throw new EndlessOperation(call, 'stuck', awaitsForEverText);
    if (answer.kind === 'failed' && programmingErrors.has(answer.name)) {
      throw new Fault(
        `operation ${call.operation} of ${modelId(model)} throws ${answer.name} when run alone`,
        {
          code: 'operation-fails',
          kind: 'usage',
          detail: `${answer.message}; arguments ${canonicalText(call.args)}${this.#lastLines()}`,
          hint: 'this is a mistake in the code under test or in the model, not a race: run the operation by itself',
        },
      );
    }
    const { final, span, memories } = execution;
    return { answer, memory: memories[0], final, span, options };
  }

  /** What programs wrote to standard error before they ended. */
  #lastLines(): string {
    return [...(this.#lane.seats?.exits.values() ?? [])].map((lines) => `\n${lines}`).join('');
  }

  #keep(operation: string, kept: readonly Remnant[]): void {
    const known = this.kept.get(operation) ?? new Map<string, Remnant>();
    for (const each of kept) known.set(remnantText(each), each);
    this.kept.set(operation, known);
  }

  /** Whether an operation of the scenario leaves something behind for a later one to find. */
  keeps({ sessions }: Scenario): boolean {
    if (this.kept.size === 0) return false;
    const all = sessions.flat();
    // A serial form has choices; a whole run takes one option of each.
    if (all.some(({ operation }) => this.#model.operations[operation]?.serial !== undefined)) return false;
    const several = all.length > 1;
    return sessions.some((calls) =>
      calls.some(({ operation }, at) => {
        const kept = [...(this.kept.get(operation)?.values() ?? [])];
        return (kept.length > 0 && at + 1 < calls.length) || (several && kept.some(({ shared }) => shared));
      }),
    );
  }

  #agree(from: DatabaseState, call: Call, a: AloneRun, b: AloneRun): boolean {
    const reading = { fixed: fixedTexts(from, call.args), spans: [a.span, b.span] };
    const namer = new Namer({ ...this.#rules, shifts: [] }, reading, [a.final, b.final]);
    try {
      namer.answer({ session: 0, operation: 0 }, call, a.answer, b.answer);
      namer.value('memory', a.memory, b.memory);
      for (const table of tablesOf(a.final, b.final)) namer.table(table, a.final, b.final);
      return true;
    } catch (error) {
      if (error instanceof Uncontrolled) return false;
      throw error;
    }
  }
}
