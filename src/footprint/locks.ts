/** Which requests for row locks may have to wait for each other. */
import type { Claims, LockStrength, RowLock, RowSet, RowWrite } from '../core/footprint.ts';
import type { Universe } from './universe.ts';

type Values = Readonly<Record<string, unknown>>;

const strengths: readonly LockStrength[] = ['key share', 'share', 'no key update', 'update'];
/** Postgres manual, table 13.3: the weakest lock that conflicts with each. */
const weakestConflict: Readonly<Record<LockStrength, LockStrength>> = {
  'key share': 'update',
  share: 'no key update',
  'no key update': 'share',
  update: 'key share',
};

export class Locks {
  readonly universe: Universe;

  constructor(universe: Universe) {
    this.universe = universe;
  }

  /** The claims that ask for more than is held already. */
  beyond(held: Claims, { locks, writes }: Claims): Claims {
    const holds = (table: string, version: number, strength: LockStrength): boolean =>
      held.locks.some(
        (lock) =>
          lock.table === table && this.universe.onlyRow(lock) === version && reaches(lock.strength, strength),
      ) ||
      held.writes.some(
        (write) =>
          write.table === table &&
          this.universe.versionsOf(write).includes(version) &&
          reaches(this.#heldStrength(write), strength),
      );
    return {
      locks: locks.filter((lock) => {
        const only = this.universe.onlyRow(lock);
        return only === undefined || !holds(lock.table, only, lock.strength);
      }),
      writes: writes.filter((write) => {
        const strength = this.#strengthOf(write);
        const distinct = (this.universe.facts.wholeKeys.get(write.table) ?? []).length > 0;
        return (
          !distinct ||
          strength !== 'no key update' ||
          !this.universe.versionsOf(write).every((version) => holds(write.table, version, strength))
        );
      }),
    };
  }

  /** Whether every request is for one row, which is held in such a way that each request must wait. */
  holds(held: Claims, requests: readonly RowLock[], row: number): boolean {
    return requests.every(
      ({ table, strength }) =>
        held.locks.some(
          (lock) =>
            lock.table === table && this.universe.onlyRow(lock) === row && exclude(lock.strength, strength),
        ) ||
        held.writes.some(
          (write) =>
            write.table === table &&
            this.universe.versionsOf(write).includes(row) &&
            exclude(this.#heldStrength(write), strength),
        ),
    );
  }

  /** Whether two requests may have to wait for each other. */
  conflict(a: Claims, b: Claims): boolean {
    return (
      a.writes.some(
        (write) =>
          b.writes.some((other) => this.#sameRowOrKey(write, other)) ||
          b.locks.some((lock) => this.#lockedAndWritten(lock, write)),
      ) || a.locks.some((lock) => this.#lockConflicts(lock, b))
    );
  }

  #lockConflicts(lock: RowLock, { locks, writes }: Claims): boolean {
    return (
      writes.some((write) => this.#lockedAndWritten(lock, write)) ||
      locks.some((other) => exclude(lock.strength, other.strength) && this.#overlap(lock, other))
    );
  }

  #lockedAndWritten(lock: RowLock, write: RowWrite): boolean {
    if (lock.table !== write.table) return false;
    if (!exclude(lock.strength, this.#strengthOf(write))) return false;
    if (lock.condition === undefined) return true;
    const classes = this.universe.classesOf(lock.table, lock.condition);
    return this.universe.versionsOf(write).some((version) => classes.has(version));
  }

  #overlap(a: RowSet, b: RowSet): boolean {
    if (a.table !== b.table) return false;
    if (a.condition === undefined || b.condition === undefined) return true;
    const [few, many] = [
      this.universe.classesOf(a.table, a.condition),
      this.universe.classesOf(b.table, b.condition),
    ];
    return [...few].some((version) => many.has(version));
  }

  /** An update that leaves all keys alone does not block those who only need the row to stay. In doubt, it does. */
  #strengthOf(write: RowWrite): LockStrength {
    const { anyRowsConflict, uniqueColumns } = this.universe.facts;
    if (anyRowsConflict.has(write.table)) return 'update';
    return this.#changes(write, uniqueColumns.get(write.table)?.flat() ?? []) ? 'update' : 'no key update';
  }

  /** At least this strong: to an update only those keys count that a foreign key could refer to. */
  #heldStrength(write: RowWrite): LockStrength {
    return this.#changes(write, this.universe.facts.keyColumns.get(write.table)?.flat() ?? [])
      ? 'update'
      : 'no key update';
  }

  #changes({ table, before, after }: RowWrite, columns: readonly string[]): boolean {
    const [old, now] = [this.#valuesOf(table, before), this.#valuesOf(table, after)];
    if (old === undefined || now === undefined) return true;
    return columns.some((column) => !sameValue(old[column], now[column]));
  }

  #sameRowOrKey(a: RowWrite, b: RowWrite): boolean {
    if (a.table !== b.table) return false;
    if (this.universe.facts.anyRowsConflict.has(a.table)) return true;
    const own = this.universe.versionsOf(a);
    if (this.universe.versionsOf(b).some((version) => own.includes(version))) return true;
    const images = ({ table, before, after }: RowWrite): readonly Values[] =>
      [before, after].flatMap((row): readonly Values[] => {
        const values = this.#valuesOf(table, row);
        return values === undefined ? [] : [values];
      });
    const unique = this.universe.facts.uniqueColumns.get(a.table) ?? [];
    return unique.some((columns) =>
      images(a).some((x) =>
        images(b).some((y) =>
          columns.every((column) => x[column] !== null && sameValue(x[column], y[column])),
        ),
      ),
    );
  }

  #valuesOf(table: string, row: number | undefined): Values | undefined {
    return row === undefined ? undefined : this.universe.valuesOf(table, row);
  }
}

function reaches(held: LockStrength, wanted: LockStrength): boolean {
  return strengths.indexOf(held) >= strengths.indexOf(wanted);
}

function exclude(a: LockStrength, b: LockStrength): boolean {
  return strengths.indexOf(b) >= strengths.indexOf(weakestConflict[a]);
}

function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
