/**
 * A race file is an entry as text that people and git can read: a first line with the version, then `key: value`, one fact a
 * line (lists repeat their key, so that two branches merge), then the story as comments. A value that is no plain line, or
 * that starts with a quotation mark, is written as JSON text.
 */
import { messageOf } from '../../core/fault.ts';
import { isolationLevels } from '../../core/isolation.ts';
import { idOf, type RaceIdentity } from './identity.ts';
import type { CorpusEntry, RaceState } from './entry.ts';

const firstLine = 'pg-lockstep race v1';

const kinds: Readonly<Record<RaceIdentity['kind'], true>> = {
  'not-serializable': true,
  stuck: true,
  invariant: true,
  specification: true,
  unawaited: true,
  abort: true,
};

export function raceFileText({ identity, replay, found, state, title, story }: CorpusEntry): string {
  const { model, driver, isolation, kind, operations, anomaly, pair, tables } = identity;
  const facts: readonly (readonly [string, string])[] = [
    ['title', title],
    ['model', model],
    ['engine', driver],
    ['level', isolation],
    ['kind', kind],
    ['anomaly', anomaly],
    ...operations.map((name) => ['operation', name] as const),
    ...(pair ?? []).map((shape) => ['statement', shape] as const),
    ...tables.map((table) => ['table', table] as const),
    ['state', state.kind],
    ['seen', state.seen],
    ...(state.kind === 'retired' ? [['reason', state.reason] as const] : []),
    ['found', found.at],
    ['found-on', found.engine],
    ['found-seed', JSON.stringify(found.seed)],
    ['found-after', String(found.schedules)],
    ['replay', replay],
  ];
  const lines = [
    firstLine,
    ...facts.map(([key, value]) => `${key}: ${key === 'found-seed' ? value : writeValue(value)}`),
    '',
    ...story.map((line) => `# ${line}`.trimEnd()),
  ];
  return `${lines.join('\n')}\n`;
}

/** @throws Error whose message says what is wrong with the text */
export function readRaceFile(text: string): CorpusEntry {
  const [head, ...lines] = text.split(/\r?\n/);
  if (head !== firstLine) throw new Error(`its first line is not "${firstLine}"`);
  const values = new Map<string, string[]>();
  const story: string[] = [];
  for (const line of lines) {
    if (line.startsWith('#')) story.push(line.replace(/^# ?/, ''));
    else if (line !== '') addFact(values, line);
  }
  const facts = new Facts(values);
  const identity: RaceIdentity = {
    model: facts.one('model'),
    driver: facts.one('engine'),
    isolation: facts.oneOf('level', isolationLevels),
    kind: facts.oneOf('kind', Object.keys(kinds) as RaceIdentity['kind'][]),
    operations: facts.all('operation'),
    anomaly: facts.one('anomaly'),
    pair: pairOf(facts.all('statement')),
    tables: facts.all('table'),
  };
  const entry: CorpusEntry = {
    id: idOf(identity),
    identity,
    replay: facts.one('replay'),
    found: {
      at: facts.date('found'),
      seed: seedOf(facts.raw('found-seed')),
      schedules: wholeNumber(facts.one('found-after')),
      engine: facts.one('found-on'),
    },
    state: stateOf(facts),
    title: facts.one('title'),
    story,
  };
  facts.end();
  return entry;
}

function addFact(values: Map<string, string[]>, line: string): void {
  const [, key, value] = /^([a-z-]+): ([^]+)$/.exec(line) ?? [];
  if (key === undefined || value === undefined)
    throw new Error(`it has the line ${JSON.stringify(line.slice(0, 60))}, which is no "key: value"`);
  values.set(key, [...(values.get(key) ?? []), value]);
}

/** The facts of a file, each of which must be asked for. */
class Facts {
  readonly #values: ReadonlyMap<string, readonly string[]>;
  readonly #known = new Set<string>();

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  raw(key: string): string {
    this.#known.add(key);
    const values = this.#values.get(key) ?? [];
    const [value] = values;
    if (value === undefined) throw new Error(`it has no "${key}"`);
    if (values.length > 1) throw new Error(`it has "${key}" ${values.length} times`);
    return value;
  }

  one(key: string): string {
    return readValue(this.raw(key));
  }

  all(key: string): readonly string[] {
    this.#known.add(key);
    return (this.#values.get(key) ?? []).map(readValue);
  }

  oneOf<T extends string>(key: string, among: readonly T[]): T {
    const value = this.one(key);
    const known = among.find((each) => each === value);
    if (known === undefined) throw new Error(`its "${key}" is none of ${among.join(', ')}`);
    return known;
  }

  date(key: string): string {
    const value = this.one(key);
    if (Number.isNaN(Date.parse(value))) throw new Error(`its "${key}" is no date`);
    return value;
  }

  end(): void {
    const key = [...this.#values.keys()].find((each) => !this.#known.has(each));
    if (key !== undefined) throw new Error(`it has a "${key}", which this release does not know`);
  }
}

function stateOf(facts: Facts): RaceState {
  const kind = facts.oneOf('state', ['fails', 'regression', 'retired'] as const);
  const seen = facts.date('seen');
  return kind === 'retired' ? { kind, seen, reason: facts.one('reason') } : { kind, seen };
}

function pairOf(shapes: readonly string[]): RaceIdentity['pair'] {
  const [first, second] = shapes;
  if (first === undefined) return undefined;
  if (second === undefined || shapes.length > 2) throw new Error('it has a "statement", but not two');
  return [first, second];
}

function seedOf(text: string): number | string {
  const seed = jsonOf(text);
  if (typeof seed !== 'string' && typeof seed !== 'number') throw new Error('its "found-seed" is no seed');
  return seed;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Error('its "found-after" is no whole number');
  return Number(text);
}

function writeValue(value: string): string {
  const isPlain = value !== '' && value.trim() === value && !/^"|[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(value);
  return isPlain ? value : JSON.stringify(value);
}

function readValue(text: string): string {
  if (!text.startsWith('"')) return text;
  const value = jsonOf(text);
  if (typeof value !== 'string') throw new Error(`it has the value ${text.slice(0, 60)}, which is no text`);
  return value;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`it has the value ${text.slice(0, 60)}: ${messageOf(error)}`, { cause: error });
  }
}
