/**
 * Makes footprints of the executions of one scenario. In doubt, steps depend on each other.
 *
 * Some facts are known only after a step: which rows a transaction reads through the snapshot that its first query took,
 * whether some statement reads a table in the physical order of its rows. Such knowledge grows over the executions
 * (`Dependence`); when it does, earlier conclusions must be reviewed.
 */
import type { Footprint, RowWrite } from '../core/footprint.ts';
import type { History, Reply } from '../core/history.ts';
import type { Evidence } from '../driver/evidence.ts';
import { Dependence } from './dependence.ts';
import { Draft } from './draft.ts';
import { takersOf } from './holding.ts';
import { Locks } from './locks.ts';
import { givesBack, sentSteps, Total, type SentStep, type SentTransaction } from './sent.ts';
import { Statements } from './statements.ts';
import type { Universe } from './universe.ts';
import { asIfSentLater, canComeLater, claimsMeet } from './waiting.ts';

/** The parts of an execution that an observer uses. */
export interface Observable {
  readonly history: History;
  readonly choices: readonly { readonly chosen: number }[];
  readonly spans: readonly (readonly { readonly invoked: number; readonly returned: number }[])[];
  readonly evidence: readonly (readonly Evidence[] | undefined)[];
}

export interface ObservedStep {
  /** Its number in the execution; steps that waited may count as sent later. */
  readonly step: number;
  readonly session: number;
  /** Earlier steps whose statements ended in this one, by their place among the observed steps. */
  readonly ends: readonly number[];
  readonly waits: boolean;
  readonly fingerprint: string;
  readonly footprint: Footprint;
}

export interface ObserverOptions {
  /** Whether it matters which operations ended before others began. */
  readonly realTime: boolean;
  /** Told of each statement that others might come into, if it were not one step. */
  readonly onWindow?: (sent: SentStep) => void;
}

export interface Observation {
  readonly steps: readonly ObservedStep[];
  dependent(first: number, second: number): boolean;
  /** See `Trace`. */
  instead(first: number, second: number): readonly number[];
}

export class Observer {
  readonly universe: Universe;
  readonly dependence: Dependence;
  readonly #options: ObserverOptions;
  readonly #locks: Locks;
  readonly #statements: Statements;

  constructor(universe: Universe, options: ObserverOptions) {
    this.universe = universe;
    this.#options = options;
    this.#statements = new Statements(universe);
    this.#locks = new Locks(universe);
    this.dependence = new Dependence(this.#locks, options.realTime);
  }

  async observe(execution: Observable): Promise<Observation> {
    const { history, evidence, choices } = execution;
    const sent = await sentSteps(history, evidence, this.#statements);
    await this.universe.settle();
    for (const each of sent)
      // At serializable, Postgres itself ends all but one of those that would not fit.
      if (each?.touched.hasWindow === true && each.transaction.level !== 'serializable')
        this.#options.onWindow?.(each);
    let drafts = this.#drafts(execution, sent, new Set());
    let order: readonly number[] = choices.map((_, step) => step);
    let moved: ReadonlySet<number> = new Set();
    // If real time counts, an operation that waits has begun.
    if (!this.#options.realTime && sent.some((each) => each?.during !== each?.step)) {
      ({ order, moved } = asIfSentLater(this.#locks, sent, drafts));
      if (moved.size > 0) drafts = this.#drafts(execution, sent, moved);
    }
    const place = new Map(order.map((step, index) => [step, index]));
    const duringOf = (each: SentStep): number | undefined => (moved.has(each.step) ? each.step : each.during);
    const fingerprints = fingerprintsOf(history, sent, moved);
    const steps = order.map((step): ObservedStep => {
      const own = sent[step];
      return {
        step,
        session: choices[step]?.chosen ?? 0,
        ends: sent.flatMap((each) =>
          each !== undefined && each.step !== step && duringOf(each) === step
            ? (place.get(each.step) ?? [])
            : [],
        ),
        waits: own !== undefined && duringOf(own) !== step,
        fingerprint: fingerprints.get(step) ?? '',
        footprint: this.dependence.intern(drafts[step]?.footprint() ?? new Draft().footprint()),
      };
    });
    const inOrder = order.map((step) => sent[step]);
    return {
      steps,
      dependent: (first, second) => {
        const [a, b] = [steps[first], steps[second]];
        return a === undefined || b === undefined || this.dependence.dependent(a, b);
      },
      instead: (first, second) => this.#instead(steps, inOrder, first, second),
    };
  }

  #drafts(
    { choices, spans }: Observable,
    sent: readonly (SentStep | undefined)[],
    moved: ReadonlySet<number>,
  ): readonly Draft[] {
    const drafts = choices.map(() => new Draft());
    const totals = new Map<SentTransaction, Total>();
    for (const each of sent) {
      const draft = each === undefined ? undefined : drafts[each.step];
      if (each === undefined || draft === undefined) continue;
      const { step, session, transaction, touched, reply } = each;
      const total = totals.get(transaction) ?? new Total();
      totals.set(transaction, total);
      const during = moved.has(step) ? step : each.during;
      const { level } = transaction;
      const serial = level === 'serializable' || level === 'unknown';
      const through = level === 'read committed' || level === 'unknown' ? touched.reads : touched.newest;
      const claims = this.#locks.beyond(total.held, touched);
      const completing = during === undefined ? undefined : drafts[during];
      // Its work after a wait belongs to the step that ended the wait; it may wait several times.
      const goingOn = sent.slice(step + 1, during).filter((other) => other !== undefined && givesBack(other));
      const lettingGo = goingOn.map((other) => drafts[other?.step ?? -1]);
      for (const either of new Set([draft, ...(during === undefined ? [] : lettingGo), completing])) {
        if (either === undefined) continue;
        either.opaque ||= touched.opaque;
        either.ranQuery ||= touched.ranQuery;
        either.reads.push(...through);
        either.claim(claims, touched);
        if (!serial) continue;
        either.serializable ??= new Set();
        for (const { table } of [...touched.reads, ...touched.locks, ...touched.writes])
          either.serializable.add(table);
      }
      if (level !== 'read committed') {
        if (touched.ranQuery) transaction.snapshotAt ??= step;
        if (transaction.snapshotAt === step) draft.snapshot = transaction.key;
        this.dependence.readsLater(transaction.key, touched.opaque ? undefined : touched.reads);
      }
      if (serial) this.dependence.touches(session, touched);
      this.dependence.inPlace(touched.unordered);
      total.add(each);
      if (completing === undefined || !(each.endsTransaction || each.endsPart)) continue;
      completing.release(total);
      completing.resources(total.advisory);
      completing.opaque ||= total.opaque;
      if (!each.endsTransaction) continue;
      for (const either of new Set([draft, completing])) either.checkKeys(this.#deferred(total));
      completing.endsTransaction = true;
      if (reply?.kind === 'rows' && reply.command !== 'ROLLBACK') completing.publishes.push(...total.writes);
      totals.delete(transaction);
    }
    for (const { invoked, returned } of spans.flat()) {
      const [first, last] = [drafts[invoked], drafts[returned]];
      if (first !== undefined) first.invokes = true;
      if (last !== undefined) last.returns = true;
    }
    return drafts;
  }

  /** Rows whose keys may be checked only at the end of their transaction, which may then have to wait. */
  #deferred({ writes }: Total): readonly RowWrite[] {
    return writes.filter(({ table }) => this.universe.facts.deferrable.has(table));
  }

  /**
   * If the second step might only wait for the first, and see the same: the steps that may have taken the lock, and those
   * that waited in the queue for it and were unblocked by the same step, since the second might have been ahead of them.
   */
  #instead(
    steps: readonly ObservedStep[],
    sent: readonly (SentStep | undefined)[],
    first: number,
    second: number,
  ): readonly number[] {
    const waiter = sent[second];
    const step = steps[first];
    if (this.#options.realTime || step === undefined || waiter === undefined) return [first];
    if (!canComeLater(this.universe, waiter) || step.footprint.opaque) return [first];
    const queued = step.ends.filter((place) => {
      const each = sent[place];
      return each !== undefined && each.session !== waiter.session && claimsMeet(this.#locks, each, waiter);
    });
    return [...takersOf(this.#locks, sent, first, waiter), ...queued];
  }
}

/** Generated ids and times differ from run to run, so only values that cannot be generated count. */
function fingerprintsOf(
  history: History,
  sent: readonly (SentStep | undefined)[],
  moved: ReadonlySet<number>,
): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  const add = (step: number, text: string): void => void texts.set(step, (texts.get(step) ?? '') + text);
  for (const event of history) {
    // The sessions that it waits for may change meanwhile, so it is noted only once that it waits.
    if (event.kind === 'blocked' && !moved.has(event.step) && !texts.get(event.step)?.startsWith('waits'))
      texts.set(event.step, `waits;${texts.get(event.step) ?? ''}`);
    if (event.kind !== 'completed') continue;
    const during = moved.has(event.step) ? event.step : (sent[event.step]?.during ?? event.step);
    add(during, `${event.session}:${replyText(event.reply)};`);
  }
  return texts;
}

/** Larger numbers may be clock readings or random. */
const largestPlain = 1e9;

function replyText(reply: Reply): string {
  if (reply.kind === 'error') return `${reply.sqlstate} ${reply.constraint}`;
  const values = reply.rows.map((row) =>
    row.map((value) => {
      if (typeof value === 'number') return Math.abs(value) < largestPlain ? value : '#';
      return typeof value === 'boolean' || value === null ? value : typeof value;
    }),
  );
  return `${reply.command} ${reply.rowCount} ${JSON.stringify(values)}`;
}
