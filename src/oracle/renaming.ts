/**
 * Same up to renaming: generated ids, random values and clock readings have no meaning of their own, so two
 * outcomes are the same when a one-to-one renaming that is consistent over all results and tables turns one
 * into the other.
 *
 * A value counts as generated in a run when it lies in the range that a sequence went through in that run, or
 * looks like a uuid or a timestamp, or stands in a column with such a default; and was not there at the start
 * (values of the starting rows and of the arguments mean themselves).
 */
import { canonicalText } from '../core/plain.ts';
import { largeObjects, type DatabaseState } from '../core/state.ts';

export interface SequenceStart {
  readonly name: string;
  readonly start: bigint;
}

/** Which columns hold generated values, by table, then column. */
export type GeneratedColumns = Readonly<
  Record<string, Readonly<Record<string, 'sequence' | 'random' | 'clock' | undefined>>>
>;

export interface NamingRules {
  readonly sequences: readonly SequenceStart[];
  readonly columns: GeneratedColumns;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const timestamp = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?$/;

/** Tells what kind of generated value something is in one run; undefined where it means itself. */
export class Names {
  readonly #fixed: ReadonlySet<string>;
  readonly #random: ReadonlySet<string>;
  readonly #ranges: readonly { readonly name: string; readonly from: bigint; readonly to: bigint }[];

  /** @param fixed texts that mean themselves: values of the starting state and of the arguments */
  constructor(rules: NamingRules, state: DatabaseState, fixed: ReadonlySet<string>) {
    this.#fixed = fixed;
    this.#ranges = rules.sequences.flatMap(({ name, start }) => {
      const [last, called] = (state.sequences[name] ?? '').split(',');
      if (last === undefined || last === '' || called !== 't') return [];
      const end = BigInt(last);
      return [start <= end ? { name, from: start, to: end } : { name, from: end, to: start }];
    });
    const random = new Set<string>();
    for (const [table, { columns, rows }] of Object.entries(state.tables)) {
      columns.forEach((column, index) => {
        if (rules.columns[table]?.[column] !== 'random') return;
        for (const row of rows) {
          const value = row[index];
          if (value === null || value === undefined || fixed.has(value)) continue;
          // A number that a column has by chance would stand for itself elsewhere.
          if (table === largeObjects || !/^-?\d+$/.test(value)) random.add(value);
        }
      });
    }
    this.#random = random;
  }

  /** The domain that a value belongs to: only values of one domain may be renamed into each other. */
  domain(value: unknown): string | undefined {
    if (value instanceof Date) return this.#fixed.has(String(value.toJSON())) ? undefined : 'clock';
    if (typeof value === 'number' || typeof value === 'bigint')
      return this.#random.has(String(value)) ? 'random' : this.#sequence(value);
    if (typeof value !== 'string' || value === '' || this.#fixed.has(value)) return undefined;
    if (this.#random.has(value) || uuid.test(value)) return 'random';
    if (/^-?\d{1,19}$/.test(value)) return this.#sequence(value);
    if (timestamp.test(value)) return 'clock';
    return undefined;
  }

  #sequence(value: number | bigint | string): string | undefined {
    if (typeof value === 'number' && !Number.isInteger(value)) return undefined;
    if (this.#fixed.has(String(value))) return undefined;
    const number = BigInt(value);
    const range = this.#ranges.find(({ from, to }) => from <= number && number <= to);
    return range === undefined ? undefined : `sequence ${range.name}`;
  }
}

/** The values that mean themselves: what stood in the database at the start, and the arguments. */
export function fixedTexts(start: DatabaseState, args: readonly unknown[]): ReadonlySet<string> {
  const fixed = new Set<string>();
  for (const { rows } of Object.values(start.tables)) {
    for (const row of rows) for (const value of row) if (value !== null) fixed.add(value);
  }
  const visit = (value: unknown): void => {
    if (value instanceof Date) fixed.add(String(value.toJSON()));
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
    else if (typeof value === 'string') fixed.add(value);
    else if (value !== undefined && value !== null) fixed.add(canonicalText(value).replace(/n$/, ''));
  };
  args.forEach(visit);
  return fixed;
}

/** A growing one-to-one renaming of observed values to expected ones, with undo. */
export class Renaming {
  readonly #observed: Names;
  readonly #expected: Names;
  readonly #forward = new Map<string, string>();
  readonly #backward = new Map<string, string>();
  readonly #trail: string[] = [];

  constructor(observed: Names, expected: Names) {
    this.#observed = observed;
    this.#expected = expected;
  }

  /** To be given to {@link undo} later. */
  mark(): number {
    return this.#trail.length;
  }

  undo(mark: number): void {
    for (const key of this.#trail.splice(mark)) {
      const image = this.#forward.get(key);
      this.#forward.delete(key);
      if (image !== undefined) this.#backward.delete(image);
    }
  }

  /** Compares two leaves, extending the renaming where it must. */
  leaf(observed: unknown, expected: unknown): boolean {
    const domain = this.#observed.domain(observed);
    if (domain !== this.#expected.domain(expected)) return false;
    if (domain === undefined) return canonicalText(observed) === canonicalText(expected);
    if (typeof observed !== typeof expected) return false;
    if (domain === 'clock') return true;
    const from = `${domain}:${String(observed)}`;
    const to = `${domain}:${String(expected)}`;
    const image = this.#forward.get(from);
    if (image !== undefined) return image === to;
    if (this.#backward.has(to)) return false;
    this.#forward.set(from, to);
    this.#backward.set(to, from);
    this.#trail.push(from);
    return true;
  }

  /** Compares two values structurally. On false the renaming may have grown: undo it. */
  value(observed: unknown, expected: unknown): boolean {
    if (isLeaf(observed) || isLeaf(expected)) {
      return isLeaf(observed) && isLeaf(expected) && this.leaf(observed, expected);
    }
    if (Array.isArray(observed) !== Array.isArray(expected)) return false;
    const a = Object.entries(observed as object).filter(([, item]) => item !== undefined);
    const b = new Map(Object.entries(expected as object).filter(([, item]) => item !== undefined));
    // Keys may be generated, too (an object indexed by id); then their order ties them together.
    if (a.length !== b.size) return false;
    if (a.every(([key]) => b.has(key))) return a.every(([key, item]) => this.value(item, b.get(key)));
    const others = [...b];
    return a.every(([key, item], index) => {
      const other = others[index];
      return other !== undefined && this.leaf(key, other[0]) && this.value(item, other[1]);
    });
  }
}

function isLeaf(value: unknown): boolean {
  return typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array;
}
