/**
 * Serializable transactions fail by what several of them did together (Ports and Grittner, "Serializable Snapshot
 * Isolation in PostgreSQL", VLDB 2012), and Postgres tracks rows by pages and whole tables: steps depend on each other
 * if their sessions meet in a table that one of them writes, also by way of others.
 */
import type { Footprint } from '../core/footprint.ts';
import type { StatementFootprint } from './statements.ts';

/** A step's footprint, and whose step it is. */
export interface SessionStep {
  readonly session: number;
  readonly footprint: Footprint;
}

export class SerializableMeetings {
  /** By session: tables that its serializable transactions touched, and whether they wrote there. */
  readonly #touched = new Map<number, Map<string, boolean>>();
  /** By session: a number that connected sessions share; undefined if it must be worked out again. */
  #groups: readonly number[] | undefined;

  /** What a serializable transaction of a session read or wrote. True if something of it is new. */
  touches(session: number, { reads, locks, writes }: StatementFootprint): boolean {
    let tables = this.#touched.get(session);
    if (tables === undefined) this.#touched.set(session, (tables = new Map()));
    let grew = false;
    const add = (table: string, wrote: boolean): void => {
      if (tables.get(table) === true || (tables.has(table) && !wrote)) return;
      tables.set(table, wrote);
      grew = true;
    };
    for (const { table } of [...reads, ...locks]) add(table, false);
    for (const { table } of writes) add(table, true);
    if (grew) this.#groups = undefined;
    return grew;
  }

  /** Whether one of the steps may bring down the transaction of the other. */
  mayDoom(a: SessionStep, b: SessionStep): boolean {
    return (
      takesPart(a.footprint) &&
      takesPart(b.footprint) &&
      (this.#dooms(a.footprint) || this.#dooms(b.footprint)) &&
      this.#connected(a.session, b.session)
    );
  }

  /** Whether they meet in a table that one of them writes, also by way of others. */
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

  /** Whether a step may bring another transaction down: a snapshot, an end, or a table where sessions meet. */
  #dooms({ serializable, snapshot, endsTransaction }: Footprint): boolean {
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
 * Whether a step of a serializable transaction may fail by what others did: one that was doomed fails where it next looks at
 * data, whichever data that is.
 */
function takesPart({ serializable, snapshot, endsTransaction }: Footprint): boolean {
  if (serializable === undefined) return false;
  return snapshot !== undefined || endsTransaction || serializable.length > 0;
}
