/** Reads single values: texts from the command line, anything from a configuration file. */
import { engineNames, type EngineName } from '../campaign/job.ts';
import type { StrategyName } from '../core/strategy-name.ts';
import { strategyNames } from '../search/strategies.ts';
import { Fault } from '../core/fault.ts';
import { isolationLevels, type IsolationLevel } from '../core/isolation.ts';
import type { VariantKind } from '../core/model.ts';
import { orderRules, type OrderRule } from '../core/order-rule.ts';

/** Reads a value, or throws a fault that names the values it takes; `name` is how the user wrote the option. */
export type Reader<T> = (value: unknown, name: string) => T;

function refuse(name: string, takes: string, value: unknown): never {
  const given = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value));
  throw new Fault(`${name} takes ${takes}, not ${given}`, { code: 'bad-option', kind: 'usage' });
}

export const text: Reader<string> = (value, name) =>
  typeof value === 'string' && value !== '' ? value : refuse(name, 'a text', value);

/**
 * A URL, or the folder of a socket: `pg` would take a word without a scheme for a database on a host called `base`. What was
 * given is not shown, since a password may be in it.
 */
export const databaseUrl: Reader<string> = (value, name) => {
  const url = text(value, name);
  if (/^(?:\/|socket:|[a-z][a-z0-9+.-]*:\/\/)/i.test(url)) return url;
  throw new Fault(`${name} takes a URL such as postgres://user@host:5432/database`, {
    code: 'bad-option',
    kind: 'usage',
  });
};

/** Names that mean the stdout of the process that opens them; it must not be replaced by a file. */
const namesOfStdout: ReadonlySet<string> = new Set(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']);

/** A file, or `-` for stdout, whatever its name. */
export const output: Reader<string> = (value, name) => {
  const file = text(value, name);
  return namesOfStdout.has(file) ? '-' : file;
};

/** @param takes the names in words */
export function oneOf<T extends string>(names: readonly T[], takes: string = names.join(', ')): Reader<T> {
  return (value, name) => names.find((each) => each === value) ?? refuse(name, takes, value);
}

export const yesOrNo: Reader<boolean> = (value, name) =>
  typeof value === 'boolean' ? value : refuse(name, 'true or false', value);

export const wholeNumber: Reader<number> = (value, name) => {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 1) return number;
  return refuse(name, 'a whole number from 1', value);
};

/** One text, several, or several in one with commas between. */
export const texts: Reader<readonly string[]> = (value, name) => {
  const list = Array.isArray(value) ? value : [value];
  const items = list.flatMap((item) => text(item, name).split(',')).map((item) => item.trim());
  return items.includes('') ? refuse(name, 'a list of names', value) : items;
};

/** New names by old ones: `a=b`, several times or with commas between. */
export const renames: Reader<ReadonlyMap<string, string>> = (value, name) => {
  const pairs = texts(value, name).map((item) => {
    const [before = '', after = '', more] = item.split('=').map((part) => part.trim());
    if (before === '' || after === '' || more !== undefined)
      return refuse(name, 'an old and a new name, as in deposit=pay', item);
    return [before, after] as const;
  });
  const map = new Map(pairs);
  return map.size === pairs.length ? map : refuse(name, 'one new name for each old one', value);
};

const kindNames: readonly VariantKind[] = ['reported', 'tempting', 'mended'];

export const kinds: Reader<readonly VariantKind[]> = (value, name) =>
  texts(value, name).map(
    (item) => kindNames.find((kind) => kind === item) ?? refuse(name, kindNames.join(', '), item),
  );

const shortLevels: Readonly<Record<string, IsolationLevel>> = {
  rc: 'read committed',
  rr: 'repeatable read',
  ser: 'serializable',
};

/** `read committed`, `read-committed` and `rc` are the same. */
export const levels: Reader<readonly IsolationLevel[]> = (value, name) => {
  const items = texts(value, name).map((item) => item.toLowerCase().replaceAll(/[-_ ]+/g, ' '));
  if (items.includes('all')) return isolationLevels;
  const found = items.map((item) => isolationLevels.find((level) => level === item) ?? shortLevels[item]);
  const all = [...isolationLevels.map((level) => `"${level}"`), 'all'].join(', ');
  return found.map((level) => level ?? refuse(name, all, value));
};

export const engines: Reader<readonly EngineName[]> = (value, name) => {
  if (value === 'all') return engineNames;
  const engine = engineNames.find((each) => each === value);
  return engine === undefined ? refuse(name, 'postgres, pglite or all', value) : [engine];
};

export const order: Reader<OrderRule> = oneOf(orderRules, 'session, real-time or free');

export const strategy: Reader<StrategyName> = oneOf(strategyNames);

/** `3`, `2-4`, and `{ min: 2, max: 4 }` in a file. */
export const sessions: Reader<{ readonly min: number; readonly max: number }> = (value, name) => {
  const takes = 'a whole number from 1, or two of them as in 2-4';
  const [low, high = low, more] =
    typeof value === 'object' && value !== null && 'min' in value && 'max' in value
      ? [value.min, value.max]
      : String(value).split('-');
  try {
    const min = wholeNumber(low, name);
    const max = wholeNumber(high, name);
    if (min <= max && more === undefined) return { min, max };
  } catch {
    // Refused below, with both numbers.
  }
  return refuse(name, takes, value);
};

/** Numbers stay numbers; any other text is hashed later. */
export const seed: Reader<number | string> = (value, name) => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  if (typeof value !== 'string' || value === '') return refuse(name, 'a whole number or a text', value);
  return /^-?\d{1,15}$/.test(value) ? Number(value) : value;
};

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/** In milliseconds: `90`, `90s`, `5m`, `1h`; seconds without a unit. */
export const duration: Reader<number> = (value, name) => {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)?$/.exec(String(value).trim());
  const ms = Number(match?.[1]) * (unitsMs[match?.[2] ?? 's'] ?? Number.NaN);
  return ms > 0 ? Math.ceil(ms) : refuse(name, 'a time such as 90s, 5m or 1h', value);
};
