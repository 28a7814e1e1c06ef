/**
 * Whether a one-to-one renaming turns the rows of one outcome into the rows of another.
 *
 * Colour refinement (Weisfeiler and Leman, 1968): two names keep the same colour as long as they occur in the same places
 * of rows of the same colours. That decides nearly every case. The rest falls apart into components, which are paired one
 * by one: isomorphism is an equivalence, so any partner will do. Inside a component, one name is paired with each name of
 * its colour in turn, and refinement goes on from there (as in McKay's nauty, without its automorphisms).
 */
import type { NamedRow } from './naming.ts';

export type Likeness = 'same' | 'different' | 'gave-up';

/** Rows examined over all rounds; at worst, this takes seconds. */
export const maxComparedRows = 2_000_000;

export function likeness(
  one: readonly NamedRow[],
  two: readonly NamedRow[],
  limit: number = maxComparedRows,
): Likeness {
  if (one.length !== two.length) return 'different';
  const work = { left: limit };
  try {
    return same(sideOf(one), sideOf(two), work) ? 'same' : 'different';
  } catch (error) {
    if (error === tooMuch) return 'gave-up';
    throw error;
  }
}

const tooMuch = new Error('the limit of compared rows was hit');

interface Side {
  readonly rows: readonly NamedRow[];
  /** Colour of each name that occurs. */
  readonly colours: ReadonlyMap<number, number>;
}

function sideOf(rows: readonly NamedRow[]): Side {
  return { rows, colours: new Map(rows.flatMap(({ names }) => names.map((name) => [name, 0] as const))) };
}

/** Both sides take their colours from one dictionary, so that equal numbers mean the same colour. */
class Colours {
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) this.#numbers.set(text, (number = this.#numbers.size));
    return number;
  }

  get size(): number {
    return this.#numbers.size;
  }
}

function same(one: Side, two: Side, work: { left: number }): boolean {
  const refined = refine(one, two, work);
  if (refined === undefined) return false;
  const [a, b] = refined;
  // Each name has a colour of its own: this is the renaming, and the rows agree in their colours.
  if (new Set(a.colours.values()).size === a.colours.size) return true;
  const parts = componentsOf(a);
  if (parts.length > 1) return samePartByPart(parts, componentsOf(b), work);
  const only = parts[0];
  if (only === undefined) return true;
  const others = componentsOf(b);
  const other = others[0];
  if (other === undefined || others.length > 1) return false;
  return sameByChoice(only, other, work);
}

/** Undefined as soon as the colours of the two sides differ. */
function refine(one: Side, two: Side, work: { left: number }): readonly [Side, Side] | undefined {
  let sides: readonly [Side, Side] = [one, two];
  for (let known = new Set(one.colours.values()).size; ;) {
    work.left -= one.rows.length + two.rows.length;
    if (work.left < 0) throw tooMuch;
    const rowColours = new Colours();
    const painted = sides.map((side) => side.rows.map((row) => rowColours.of(paint(row, side)))) as [
      number[],
      number[],
    ];
    if (!sameCounts(painted[0], painted[1])) return undefined;
    const colours = new Colours();
    const next = sides.map((side, index) => recoloured(side, painted[index] ?? [], colours)) as [Side, Side];
    if (!sameCounts([...next[0].colours.values()], [...next[1].colours.values()])) return undefined;
    if (colours.size === known) return next;
    known = colours.size;
    sides = next;
  }
}

/** A row that holds one name twice differs from a row that holds two names of one colour. */
function paint({ shape, names }: NamedRow, { colours }: Side): string {
  return `${names.map((name) => `${colours.get(name)}@${names.indexOf(name)}`).join()} ${shape}`;
}

function recoloured({ rows, colours }: Side, painted: readonly number[], dictionary: Colours): Side {
  const places = new Map<number, string[]>([...colours.keys()].map((name) => [name, []]));
  rows.forEach(({ names }, row) =>
    names.forEach((name, at) => places.get(name)?.push(`${painted[row]}.${at}`)),
  );
  const next = [...places].map(([name, found]) => {
    const text = `${colours.get(name)} ${found.sort().join()}`;
    return [name, dictionary.of(text)] as const;
  });
  return { rows, colours: new Map(next) };
}

function sameCounts(one: readonly number[], two: readonly number[]): boolean {
  if (one.length !== two.length) return false;
  const counts = new Map<number, number>();
  for (const colour of one) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  for (const colour of two) {
    const left = counts.get(colour) ?? 0;
    if (left === 0) return false;
    counts.set(colour, left - 1);
  }
  return true;
}

/**
 * Names that share their colour, together with the rows that tie them to each other. A name with a colour of its own ties
 * nothing: in the rows of a component it is part of the shape.
 */
function componentsOf({ rows, colours }: Side): readonly Side[] {
  const sizes = new Map<number, number>();
  for (const colour of colours.values()) sizes.set(colour, (sizes.get(colour) ?? 0) + 1);
  const isOpen = (name: number): boolean => (sizes.get(colours.get(name) ?? -1) ?? 0) > 1;
  const leaders = new Map<number, number>();
  const leaderOf = (name: number): number => {
    let leader = name;
    for (let next = leaders.get(leader); next !== undefined && next !== leader; next = leaders.get(leader))
      leader = next;
    leaders.set(name, leader);
    return leader;
  };
  for (const { names } of rows) {
    const [first, ...others] = names.filter(isOpen);
    if (first === undefined) continue;
    for (const other of others) leaders.set(leaderOf(other), leaderOf(first));
  }
  const parts = new Map<number, { rows: NamedRow[]; colours: Map<number, number> }>();
  for (const row of rows) {
    const open = row.names.filter(isOpen);
    const [first] = open;
    if (first === undefined) continue;
    const leader = leaderOf(first);
    const part = parts.get(leader) ?? { rows: [], colours: new Map<number, number>() };
    parts.set(leader, part);
    const closed = row.names.map((name) => (isOpen(name) ? '?' : String(colours.get(name))));
    part.rows.push({ shape: `${closed.join()} ${row.shape}`, names: open });
    for (const name of open) part.colours.set(name, colours.get(name) ?? 0);
  }
  return [...parts.values()];
}

function samePartByPart(ones: readonly Side[], twos: readonly Side[], work: { left: number }): boolean {
  if (ones.length !== twos.length) return false;
  const groups = new Map<string, Side[]>();
  for (const two of twos) {
    const key = signature(two);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [two]);
    else group.push(two);
  }
  return ones.every((one) => {
    const group = groups.get(signature(one)) ?? [];
    const at = group.findLastIndex((two) => same(one, two, work));
    if (at < 0) return false;
    group.splice(at, 1);
    return true;
  });
}

function signature({ rows, colours }: Side): string {
  return `${rows.length} ${[...colours.values()].sort((a, b) => a - b).join()}`;
}

function sameByChoice(one: Side, two: Side, work: { left: number }): boolean {
  const byColour = new Map<number, number[]>();
  for (const [name, colour] of one.colours) {
    const names = byColour.get(colour) ?? [];
    names.push(name);
    byColour.set(colour, names);
  }
  const smallest = [...byColour]
    .sort(([, a], [, b]) => a.length - b.length)
    .find(([, names]) => names.length > 1);
  if (smallest === undefined) return same(one, two, work);
  const [colour, [chosen]] = smallest;
  if (chosen === undefined) return false;
  return [...two.colours].some(
    ([name, other]) => other === colour && same(distinguished(one, chosen), distinguished(two, name), work),
  );
}

function distinguished({ rows, colours }: Side, name: number): Side {
  return { rows, colours: new Map(colours).set(name, -1) };
}
