/** The footprint of one statement: from its plans, the rows it wrote, and its command tag if there is no plan. */
import type { LockStrength, RowLock, RowSet, RowWrite } from '../core/footprint.ts';
import type { Reply } from '../core/history.ts';
import type { Evidence } from '../driver/evidence.ts';
import { advisoryRequest, advisoryResource, type AdvisoryRequest } from './advisory.ts';
import { readPlan, temporary, type Plan } from './plans.ts';
import { readWrittenRow } from './row-triggers.ts';
import type { SchemaFacts } from './schema-facts.ts';
import type { Universe } from './universe.ts';
import { readsBeforeItWrites } from './window.ts';

export interface StatementFootprint {
  /** It may have done more than the rest says. */
  readonly opaque: boolean;
  /** The number of plans that it ran, including nested ones. */
  readonly plans: number;
  /** Others might come between what it reads and what it writes, if it were not one step. */
  readonly hasWindow: boolean;
  /** INSERT ... ON CONFLICT, MERGE. */
  readonly onConflict: boolean;
  /** It ran a query, so its transaction has a snapshot now, if not before. */
  readonly ranQuery: boolean;
  /** Rows read through the snapshot. */
  readonly reads: readonly RowSet[];
  /** Of these, rows read in their newest version, whatever the snapshot. */
  readonly newest: readonly RowSet[];
  /** Of these, rows that Postgres itself reads for foreign keys. */
  readonly keyChecks: readonly RowSet[];
  readonly locks: readonly RowLock[];
  /** It locked every row that it returned or counts as written. */
  readonly locksWhatItReturns: boolean;
  readonly writes: readonly RowWrite[];
  /** Sequences and advisory locks. */
  readonly resources: readonly string[];
  readonly advisory: readonly AdvisoryRequest[];
  /** Tables whose physical row order matters. */
  readonly unordered: readonly string[];
}

export const nothing: StatementFootprint = {
  opaque: false,
  plans: 0,
  hasWindow: false,
  onConflict: false,
  ranQuery: false,
  reads: [],
  newest: [],
  keyChecks: [],
  locks: [],
  locksWhatItReturns: false,
  writes: [],
  resources: [],
  advisory: [],
  unordered: [],
};
export const everything: StatementFootprint = { ...nothing, opaque: true };

/** It takes a snapshot, and touches what is its connection's alone; definitions of others may still matter to it. */
export const ownConnection: StatementFootprint = { ...nothing, ranQuery: true };

/** Commands that need no plan, since they touch nothing that other sessions see. */
const quiet =
  /^(?:BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|RESET|SHOW|PREPARE|DEALLOCATE)$/;
const planned = /^(?:SELECT|INSERT|UPDATE|DELETE|MERGE)$/;
const transactionIsOver = '25P02';

/** Plans by their text: equal statements have equal plans, run after run, scenario after scenario. */
const plansOf = new WeakMap<SchemaFacts, Map<string, Plan>>();
const maxPlans = 5_000;

export class Statements {
  readonly #universe: Universe;
  readonly #plans: Map<string, Plan>;

  constructor(universe: Universe) {
    this.#universe = universe;
    this.#plans = plansOf.get(universe.facts) ?? new Map();
    plansOf.set(universe.facts, this.#plans);
  }

  /** @param evidence undefined if no reply came */
  async touched(
    reply: Reply | undefined,
    evidence: readonly Evidence[] | undefined,
  ): Promise<StatementFootprint> {
    if (reply === undefined || evidence === undefined) return everything;
    if (reply.kind === 'error') return reply.sqlstate === transactionIsOver ? nothing : everything;
    const plans = evidence.flatMap((each) => (each.kind === 'plan' ? this.#plan(each.json) : []));
    const writes = evidence.flatMap((each) => (each.kind === 'row' ? this.#write(each.text) : []));
    const hasWindow = readsBeforeItWrites(plans, this.#universe.facts.partitionOf);
    if (!(planned.test(reply.command) && plans.length > 0) && !quiet.test(reply.command))
      return { ...everything, hasWindow };

    const { facts } = this.#universe;
    let opaque = reply.columns.includes('ctid');
    const reads: RowSet[] = [];
    const newest: RowSet[] = [];
    const keyChecks: RowSet[] = [];
    const locks: RowLock[] = [];
    const resources: string[] = [];
    const advisory: AdvisoryRequest[] = [];
    const unordered: string[] = [];
    const many = (reply.rowCount ?? 0) > 1 || writes.length > 1;
    for (const [index, plan] of plans.entries()) {
      const isOuter = index === plans.length - 1;
      for (const scan of plan.scans) {
        if (temporary.test(scan.table)) continue;
        opaque ||= facts.unreported.has(scan.table);
        const found = await this.#universe.set(scan.table, scan.alias, scan.conditions);
        const set: RowSet =
          plan.isKeyCheck && plan.modifications.length === 0 ? { ...found, presence: true } : found;
        reads.push(set);
        // What else a statement reads while it locks rows, it sees as of its snapshot, also after a wait.
        if (scan.lock !== undefined || plan.isKeyCheck) newest.push(set);
        if (plan.isKeyCheck) keyChecks.push(set);
        if (scan.lock !== undefined) locks.push({ ...set, strength: scan.lock });
      }
      for (const { table, targets, onConflict } of plan.modifications) {
        if (temporary.test(table)) continue;
        const stored = facts.storedIn.get(table) ?? [table];
        opaque ||=
          !stored.every((each) => facts.watched.has(each)) ||
          [table, ...targets, ...stored].some((each) => facts.opaqueTables.has(each));
        if (!onConflict) continue;
        for (const each of stored) {
          const all: RowSet = { table: each, condition: undefined };
          const strength: LockStrength = 'update';
          reads.push(all);
          newest.push(all);
          locks.push({ ...all, strength });
        }
      }
      opaque ||= plan.showsRowVersions;
      for (const call of plan.calls) {
        const name = nameOf(call);
        const given = call.slice(name.length + 1);
        const request = advisoryRequest(name, given, plan.certainCalls.includes(call));
        if (request !== undefined) {
          advisory.push(request);
          resources.push(advisoryResource(request));
        } else if (isOfSequence.test(name)) resources.push(sequenceIn(given));
        else opaque ||= facts.isOpaque(name);
      }
      const sensitive = plan.placement === 'always' || (plan.placement === 'many' && (many || !isOuter));
      if (sensitive && !plan.isKeyCheck)
        unordered.push(...plan.scans.flatMap(({ table }) => (temporary.test(table) ? [] : [table])));
    }
    const ranQuery = plans.length > 0;
    const onConflict = plans.some((plan) => plan.modifications.some((each) => each.onConflict));
    return {
      opaque,
      plans: plans.length,
      hasWindow,
      onConflict,
      ranQuery,
      reads,
      newest,
      keyChecks,
      locks,
      locksWhatItReturns: plans.length === 1 && plans.every((plan) => plan.locksWhatItReturns),
      writes,
      resources,
      advisory,
      unordered,
    };
  }

  #plan(json: string): Plan {
    let plan = this.#plans.get(json);
    if (plan === undefined) {
      if (this.#plans.size >= maxPlans) this.#plans.clear();
      plan = readPlan(json, this.#universe.facts);
      this.#plans.set(json, plan);
    }
    return plan;
  }

  #write(text: string): RowWrite {
    const { table, before, after } = readWrittenRow(text);
    const write = {
      table,
      before: before === undefined ? undefined : this.#universe.row(table, before),
      after: after === undefined ? undefined : this.#universe.row(table, after),
    };
    if (write.before !== undefined && write.after !== undefined)
      this.#universe.link(table, write.before, write.after);
    return write;
  }
}

function nameOf(call: string): string {
  return call.slice(0, call.indexOf('(')).toLowerCase();
}

const isOfSequence = /^(?:nextval|setval)$/;

/** The sequence that a call names, as a resource; only the kind if the name cannot be read. */
function sequenceIn(given: string): string {
  return `sequence ${/^'([^']+)'::regclass/.exec(given)?.[1] ?? ''}`;
}

/** Whether two resources may be the same: one without a name may be any of its kind. */
export function sameResource(a: string, b: string): boolean {
  if (a === b) return true;
  const [kindA, kindB] = [a.split(' ', 1)[0], b.split(' ', 1)[0]];
  return kindA === kindB && (a.endsWith(' ') || b.endsWith(' '));
}
