/**
 * Makes footprints of executions of one scenario, and says which steps depend on each other. In doubt they do.
 *
 * Some of what decides is known only after a step: what a transaction reads through the snapshot that its first query
 * took, whether somebody reads a table in the order in which its rows stand. Such knowledge grows over the executions;
 * when it does, the next trace says so (`renewed`), and what was concluded before is to be reviewed.
 */
import type { Claims, Footprint, RowSet, RowWrite } from '../core/footprint.ts';
import type { History, Reply, Statement } from '../core/history.ts';
import type { IsolationLevel } from '../core/isolation.ts';
import { statementKind } from '../driver/statement-kind.ts';
import { Dependence } from './dependence.ts';
import { Statements, type Touched } from './statements.ts';
import type { Touch } from './touch.ts';
import { Connection, type Transaction } from './transactions.ts';
import type { Universe } from './universe.ts';

/** What is looked at of an execution. */
export interface Observable {
  readonly history: History;
  readonly choices: readonly { readonly chosen: number }[];
  readonly spans: readonly (readonly { readonly invoked: number; readonly returned: number }[])[];
  readonly touches: readonly (Touch | undefined)[];
}

export interface ObservedStep {
  readonly session: number;
  /** Earlier steps whose statements ended in this one. */
  readonly ends: readonly number[];
  readonly waits: boolean;
  readonly fingerprint: string;
  readonly footprint: Footprint;
}

export interface ObserverOptions {
  readonly isolation: IsolationLevel;
  /** Whether it matters which operations ended before others began. */
  readonly realTime: boolean;
}

interface Sent {
  readonly session: number;
  readonly statement: Statement;
  readonly transaction: Transaction;
  readonly touch: Touch;
  readonly reply: Reply | undefined;
  readonly touched: Touched;
}

const noClaims: Claims = { locks: [], writes: [] };

/** A footprint while it is put together. */
class Draft {
  opaque = false;
  ranQuery = false;
  readonly reads: RowSet[] = [];
  readonly locks: Claims['locks'][number][] = [];
  readonly writes: RowWrite[] = [];
  readonly publishes: RowWrite[] = [];
  readonly releasedLocks: Claims['locks'][number][] = [];
  readonly releasedWrites: RowWrite[] = [];
  readonly resources = new Set<string>();
  readonly places = new Set<string>();
  snapshot: string | undefined;
  serializable = false;
  invokes = false;
  returns = false;

  claim({ locks, writes, resources }: Touched): void {
    this.locks.push(...locks);
    this.writes.push(...writes);
    for (const resource of resources) this.resources.add(resource);
    for (const { table, after } of writes) if (after !== undefined) this.places.add(table);
  }

  release({ locks, writes }: Claims): void {
    this.releasedLocks.push(...locks);
    this.releasedWrites.push(...writes);
  }
}

export class Observer {
  readonly universe: Universe;
  readonly dependence: Dependence;
  readonly #options: ObserverOptions;
  readonly #statements: Statements;

  constructor(universe: Universe, options: ObserverOptions) {
    this.universe = universe;
    this.#options = options;
    this.#statements = new Statements(universe);
    this.dependence = new Dependence(universe, options.realTime);
  }

  async observe(execution: Observable): Promise<readonly ObservedStep[]> {
    const sent = await this.#sent(execution);
    const drafts = execution.choices.map(() => new Draft());
    const ends: number[][] = drafts.map(() => []);
    const totals = new Map<
      Transaction,
      { locks: Claims['locks'][number][]; writes: RowWrite[]; resources: Set<string>; opaque: boolean }
    >();
    const total = (transaction: Transaction): NonNullable<ReturnType<typeof totals.get>> => {
      let found = totals.get(transaction);
      if (found === undefined)
        totals.set(transaction, (found = { locks: [], writes: [], resources: new Set(), opaque: false }));
      return found;
    };
    for (const [step, each] of sent.entries()) {
      const draft = drafts[step];
      if (each === undefined || draft === undefined) continue;
      const { touched, transaction, touch, session } = each;
      const { level } = transaction;
      const serial = level === 'serializable' || level === 'unknown';
      if (serial) draft.serializable = true;
      draft.opaque ||= touched.opaque;
      draft.ranQuery ||= touched.ranQuery;
      const through = level === 'read committed' || level === 'unknown' ? touched.reads : touched.newest;
      draft.reads.push(...through);
      if (level !== 'read committed') {
        if (touched.ranQuery) transaction.snapshotAt ??= step;
        if (transaction.snapshotAt === step) draft.snapshot = transaction.key;
        this.dependence.readsLater(transaction.key, touched.reads);
      }
      if (serial) this.dependence.touches(session, touched);
      this.dependence.inPlace(touched.unordered);
      draft.claim(touched);
      const during = touch.completed?.during;
      const completing = during === undefined ? undefined : drafts[during];
      if (completing === undefined) continue;
      if (completing !== draft) {
        ends[during ?? 0]?.push(step);
        completing.claim(touched);
        // What a function reads after it has waited, it reads then.
        completing.reads.push(...through);
        completing.ranQuery = true;
        completing.opaque ||= touched.opaque;
        if (serial) completing.serializable = true;
      }
      const all = total(transaction);
      all.locks.push(...touched.locks);
      all.writes.push(...touched.writes);
      // Advisory locks that end with the transaction are let go by its end; sequences are not held.
      for (const resource of touched.resources)
        if (resource.startsWith('advisory')) all.resources.add(resource);
      // What is locked by LOCK TABLE or DDL is held until the end; an error lets go at once.
      if (touched.opaque && each.reply?.kind !== 'error') all.opaque = true;
      const over = !(touch.completed?.openAfter ?? false) || statementKind(each.statement.text) === 'end';
      const partly = /^\s*rollback\s+to\b/i.test(each.statement.text);
      if (!over && !partly) continue;
      completing.release(all);
      for (const resource of all.resources) completing.resources.add(resource);
      completing.opaque ||= all.opaque;
      const kept = each.reply?.kind === 'rows' && each.reply.command !== 'ROLLBACK';
      if (over && kept) completing.publishes.push(...all.writes);
      if (over) totals.delete(transaction);
    }
    execution.spans.forEach((spans) => {
      for (const { invoked, returned } of spans) {
        const [first, last] = [drafts[invoked], drafts[returned]];
        if (first !== undefined) first.invokes = true;
        if (last !== undefined) last.returns = true;
      }
    });
    await this.universe.settle();
    const fingerprints = fingerprintsOf(execution.history, drafts.length, sent);
    return drafts.map((draft, step) => ({
      session: execution.choices[step]?.chosen ?? 0,
      ends: ends[step] ?? [],
      waits: sent[step] !== undefined && sent[step]?.touch.completed?.during !== step,
      fingerprint: fingerprints[step] ?? '',
      footprint: this.dependence.intern(footprintOf(draft)),
    }));
  }

  /** By step: what was sent, as far as it was. */
  async #sent({ history, touches }: Observable): Promise<readonly (Sent | undefined)[]> {
    const replies = new Map<number, Reply>();
    for (const event of history) if (event.kind === 'completed') replies.set(event.step, event.reply);
    const connections = new Map<string, Connection>();
    const sent: (Sent | undefined)[] = [];
    for (const event of history) {
      if (event.kind !== 'free' && event.kind !== 'released') continue;
      const { session, statement } = event;
      const name = `${session} ${statement.connection}`;
      let connection = connections.get(name);
      if (connection === undefined)
        connections.set(name, (connection = new Connection(name, this.#options.isolation)));
      if (event.kind === 'free') {
        connection.free(statement.text);
        continue;
      }
      const touch = touches[event.step];
      if (touch === undefined) continue;
      const reply = replies.get(event.step);
      const transaction = connection.step(statement.text, touch.openBefore);
      const touched = await this.#statements.touched(reply, touch.completed?.evidence);
      sent[event.step] = { session, statement, transaction, touch, reply, touched };
    }
    return sent;
  }
}

function footprintOf(draft: Draft): Footprint {
  const { locks, writes, releasedLocks, releasedWrites } = draft;
  return {
    opaque: draft.opaque,
    ranQuery: draft.ranQuery,
    reads: draft.reads,
    snapshot: draft.snapshot,
    claims: locks.length + writes.length === 0 ? noClaims : { locks, writes },
    publishes: draft.publishes,
    releases:
      releasedLocks.length + releasedWrites.length === 0
        ? noClaims
        : { locks: releasedLocks, writes: releasedWrites },
    resources: [...draft.resources],
    places: [...draft.places],
    serializable: draft.serializable,
    invokes: draft.invokes,
    returns: draft.returns,
  };
}

/** Generated ids and times differ from run to run where nothing else does: only what cannot be such counts. */
function fingerprintsOf(
  history: History,
  steps: number,
  sent: readonly (Sent | undefined)[],
): readonly string[] {
  const texts: string[] = Array.from({ length: steps }, () => '');
  for (const event of history) {
    if (event.kind === 'blocked' && texts[event.step] !== undefined) texts[event.step] += 'waits;';
    if (event.kind !== 'completed') continue;
    const during = sent[event.step]?.touch.completed?.during ?? event.step;
    if (texts[during] !== undefined) texts[during] += `${event.session}:${replyText(event.reply)};`;
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
