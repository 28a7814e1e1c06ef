/**
 * Which steps of different sessions depend on each other: those whose swap would make a difference in some state. A
 * snapshot depends on every commit that changes a result read through it; a request for a lock depends on other requests
 * and on the step that releases the lock; a serializable transaction depends on all that it is connected with.
 */
import type { Footprint, RowSet } from '../core/footprint.ts';
import type { Locks } from './locks.ts';
import { SerializableMeetings, type SessionStep } from './serializable-meetings.ts';
import { sameResource, type StatementFootprint } from './statements.ts';
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
  readonly #meetings = new SerializableMeetings();
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

  /** What a serializable transaction of a session read or wrote. */
  touches(session: number, touched: StatementFootprint): void {
    if (this.#meetings.touches(session, touched)) this.#grow();
  }

  dependent(a: SessionStep, b: SessionStep): boolean {
    if (this.#distrusted || this.#meetings.mayDoom(a, b)) return true;
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
