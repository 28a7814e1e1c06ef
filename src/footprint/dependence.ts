/**
 * Which steps of different sessions depend on each other: those whose swap would make a difference in some state. A
 * snapshot depends on every commit that changes a result read through it; a request for a lock depends on other requests
 * and on the step that releases the lock; a serializable transaction depends on all that it is connected with.
 */
import type { Footprint, RowSet } from '../core/footprint.ts';
import { sameResource, type StatementFootprint } from './statements.ts';
import type { Locks } from './locks.ts';
import type { Universe } from './universe.ts';

/** Conditions kept for one snapshot; beyond these, it counts as reading everything. */
const maxSnapshotReads = 40;

interface Snapshot {
  readonly reads: Map<string, RowSet>;
  everything: boolean;
}

export class Dependence {
  readonly #locks: Locks;
  readonly #universe: Universe;
  readonly #realTime: boolean;
  readonly #interned = new Map<string, Footprint>();
  readonly #numbers = new Map<Footprint, number>();
  #answers = new Map<number, boolean>();
  #answeredAt = -1;
  /** Grows with every fact that answers depend on. */
  #knowledge = 0;
  /** By transaction: everything that is ever read through its snapshot. */
  readonly #snapshots = new Map<string, Snapshot>();
  /** Tables that some statement reads in the rows' physical order. */
  readonly #inPlace = new Set<string>();
  /** By session: tables that its serializable transactions touched, and whether they wrote there. */
  readonly #touched = new Map<number, Map<string, boolean>>();
  #groups: readonly number[] | undefined;
  #grew = false;
  #distrusted = false;

  constructor(locks: Locks, realTime: boolean) {
    this.#locks = locks;
    this.#universe = locks.universe;
    this.#realTime = realTime;
  }

  /** Makes equal footprints one object, so that a long search keeps few of them. */
  intern(footprint: Footprint): Footprint {
    const key = JSON.stringify(footprint);
    let known = this.#interned.get(key);
    if (known === undefined) {
      known = footprint;
      this.#interned.set(key, known);
      this.#numbers.set(known, this.#numbers.size);
    }
    return known;
  }

  /** Makes everything depend on everything from here on, since executions contradict the known dependencies. */
  distrust(): void {
    if (this.#distrusted) return;
    this.#distrusted = true;
    this.#grow();
  }

  get distrusted(): boolean {
    return this.#distrusted;
  }

  /** Whether answers changed since this was last asked. */
  takeGrowth(): boolean {
    const grew = this.#grew;
    this.#grew = false;
    return grew;
  }

  #grow(): void {
    this.#grew = true;
    this.#knowledge += 1;
  }

  /**
   * Adds rows that a transaction reads through its snapshot.
   *
   * @param reads undefined if they are not known
   */
  readsLater(transaction: string, reads: readonly RowSet[] | undefined): void {
    let snapshot = this.#snapshots.get(transaction);
    if (snapshot === undefined) {
      snapshot = { reads: new Map(), everything: false };
      this.#snapshots.set(transaction, snapshot);
    }
    if (reads === undefined && !snapshot.everything) {
      snapshot.everything = true;
      this.#grow();
    }
    for (const set of reads ?? []) {
      const key = `${set.table} ${set.condition}`;
      if (snapshot.everything || snapshot.reads.has(key)) continue;
      snapshot.reads.set(key, set);
      if (snapshot.reads.size > maxSnapshotReads) snapshot.everything = true;
      this.#grow();
    }
  }

  inPlace(tables: readonly string[]): void {
    for (const table of tables) {
      if (this.#inPlace.has(table)) continue;
      this.#inPlace.add(table);
      this.#grow();
    }
  }

  /** Adds tables that a serializable transaction of a session read or wrote. */
  touches(session: number, { reads, locks, writes }: StatementFootprint): void {
    let tables = this.#touched.get(session);
    if (tables === undefined) this.#touched.set(session, (tables = new Map()));
    const add = (table: string, wrote: boolean): void => {
      if (tables.get(table) === true || (tables.has(table) && !wrote)) return;
      tables.set(table, wrote);
      this.#groups = undefined;
      this.#grow();
    };
    for (const { table } of [...reads, ...locks]) add(table, false);
    for (const { table } of writes) add(table, true);
  }

  dependent(
    a: { readonly session: number; readonly footprint: Footprint },
    b: { readonly session: number; readonly footprint: Footprint },
  ): boolean {
    if (this.#distrusted) return true;
    if (
      takesPart(a.footprint) &&
      takesPart(b.footprint) &&
      (this.#mayDoom(a.footprint) || this.#mayDoom(b.footprint)) &&
      this.#connected(a.session, b.session)
    )
      return true;
    const version = this.#universe.version + this.#knowledge;
    if (this.#answeredAt !== version || this.#answers.size > 500_000) {
      this.#answers = new Map();
      this.#answeredAt = version;
    }
    const [x, y] = [this.#numbers.get(a.footprint) ?? -1, this.#numbers.get(b.footprint) ?? -1];
    const key = Math.min(x, y) * 2 ** 25 + Math.max(x, y);
    let answer = this.#answers.get(key);
    if (answer === undefined) {
      answer = this.#ask(a.footprint, b.footprint);
      this.#answers.set(key, answer);
    }
    return answer;
  }

  #ask(a: Footprint, b: Footprint): boolean {
    if (isEmpty(a) || isEmpty(b)) return this.#realTime && ordersOperations(a, b);
    const locks = this.#locks;
    return (
      a.opaque ||
      b.opaque ||
      this.#seen(a, b) ||
      this.#seen(b, a) ||
      locks.conflict(a.claims, b.claims) ||
      locks.conflict(a.claims, b.releases) ||
      locks.conflict(a.releases, b.claims) ||
      a.resources.some((resource) => b.resources.some((other) => sameResource(resource, other))) ||
      a.places.some((table) => this.#inPlace.has(table) && b.places.includes(table)) ||
      (this.#realTime && ordersOperations(a, b))
    );
  }

  /** Whether the writer publishes rows that the reader reads. */
  #seen(writer: Footprint, reader: Footprint): boolean {
    if (writer.publishes.length === 0) return false;
    const snapshot = reader.snapshot === undefined ? undefined : this.#snapshots.get(reader.snapshot);
    if (snapshot?.everything === true) return true;
    return writer.publishes.some(
      (write) =>
        reader.reads.some((set) => this.#universe.affects(write, set)) ||
        [...(snapshot?.reads.values() ?? [])].some((set) => this.#universe.affects(write, set)),
    );
  }

  /**
   * Serializable transactions fail because of what several of them did together, and Postgres tracks rows by pages and whole
   * tables: two sessions are connected if they meet in a table that one of them writes, directly or by way of others.
   */
  #connected(a: number, b: number): boolean {
    if (this.#groups === undefined) {
      const sessions = [...this.#touched.keys()];
      const groups = Array.from({ length: Math.max(0, ...sessions) + 1 }, (_, session) => session);
      for (const one of sessions) {
        for (const other of sessions) {
          if (one >= other || !this.#meet(one, other)) continue;
          const [from, to] = [groups[other], groups[one]];
          groups.forEach((group, session) => {
            if (group === from && to !== undefined) groups[session] = to;
          });
        }
      }
      this.#groups = groups;
    }
    return this.#groups[a] !== undefined && this.#groups[a] === this.#groups[b];
  }

  /** Whether a step may make another transaction fail: it takes a snapshot, ends one, or uses a table that sessions share. */
  #mayDoom({ serializable, snapshot, endsTransaction }: Footprint): boolean {
    return (
      snapshot !== undefined ||
      endsTransaction ||
      serializable?.some((table) => this.#isContested(table)) === true
    );
  }

  #isContested(table: string): boolean {
    let sessions = 0;
    let written = false;
    for (const tables of this.#touched.values()) {
      const wrote = tables.get(table);
      if (wrote === undefined) continue;
      sessions += 1;
      written ||= wrote;
    }
    return sessions > 1 && written;
  }

  #meet(a: number, b: number): boolean {
    const others = this.#touched.get(b);
    return [...(this.#touched.get(a) ?? [])].some(
      ([table, wrote]) => others?.has(table) === true && (wrote || others.get(table) === true),
    );
  }
}

/**
 * Whether a step of a serializable transaction may fail because of what others did: a doomed transaction fails the next time
 * that it looks at any data.
 */
function takesPart({ serializable, snapshot, endsTransaction }: Footprint): boolean {
  if (serializable === undefined) return false;
  return snapshot !== undefined || endsTransaction || serializable.length > 0;
}

function isEmpty({ opaque, ranQuery, claims, publishes, releases, resources, ...rest }: Footprint): boolean {
  return (
    !opaque &&
    !ranQuery &&
    rest.serializable === undefined &&
    publishes.length + resources.length === 0 &&
    claims.locks.length + claims.writes.length + releases.locks.length + releases.writes.length === 0
  );
}

/** One operation ends in one step, and another begins in the other. */
function ordersOperations(a: Footprint, b: Footprint): boolean {
  return (a.returns && b.invokes) || (b.returns && a.invokes);
}
