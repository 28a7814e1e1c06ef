/**
 * Plain data: results of operations and parameters of statements, copied so that later changes do not show, and
 * reduced to values that can be compared and printed. Dates, bigints and bytes stay as they are; an object with
 * a JSON form of its own (`toJSON`: entities of most mappers, decimals, URLs) is replaced by that form.
 */

import { messageOf } from './fault.ts';
import { isA } from './realm.ts';

/** A result with more values than this (an array counts, and so does each item) is neither compared nor stored. */
export const maxPlainValues = 1_000_000;
/** A comparison of deeper values would not fit on the stack. */
export const maxPlainDepth = 500;

/** A value is too large, or too deeply nested, to be copied. */
export class NotPlain extends Error {
  override readonly name = 'NotPlain';
}

/** @throws NotPlain, but no error of the value's own: a property that cannot be read is replaced by a text that says so */
export function plain(value: unknown): unknown {
  const leaf = plainLeaf(value);
  return leaf === container ? new Copier().copy(value as object) : leaf;
}

const container = Symbol('container');

function plainLeaf(value: unknown): unknown {
  switch (typeof value) {
    case 'symbol':
      return String(value);
    case 'function':
      return undefined;
    case 'object':
      return value === null ? null : container;
    default:
      return value;
  }
}

class Copier {
  /** The values around the one being copied, outermost first. */
  readonly #path: object[] = [];
  #values = 0;

  copy(value: object): unknown {
    const up = this.#path.lastIndexOf(value);
    // An order that refers to its customer, who refers to the order: named by position, which is the same in every run.
    if (up !== -1) return `[circular, ${this.#path.length - up} up]`;
    if (this.#path.length >= maxPlainDepth) throw new NotPlain(`it is nested ${maxPlainDepth} levels deep`);
    this.#path.push(value);
    try {
      return this.#container(value);
    } catch (error) {
      if (error instanceof NotPlain) throw error;
      return `[cannot be read: ${messageOf(error)}]`;
    } finally {
      this.#path.pop();
    }
  }

  #item(value: unknown): unknown {
    this.#values += 1;
    if (this.#values > maxPlainValues) throw new NotPlain(`it holds more than ${maxPlainValues} values`);
    const leaf = plainLeaf(value);
    return leaf === container ? this.copy(value as object) : leaf;
  }

  #container(value: object): unknown {
    if (Array.isArray(value)) return Array.from(value, (item) => this.#item(item));
    if (isA(value, Date)) return new Date(value.getTime());
    if (isA(value, Uint8Array)) return Uint8Array.from(value);
    if (isA(value, ArrayBuffer)) return new Uint8Array(value.slice(0));
    if (isA(value, Map) || isA(value, Set)) return Array.from(value, (item) => this.#item(item));
    // Boxed values and patterns have no properties of their own, and would all look alike.
    if (isA(value, Number) || isA(value, String) || isA(value, Boolean)) return value.valueOf();
    if (isA(value, RegExp)) return String(value);
    if (isA(value, Promise)) return '[promise]';
    if (isQueryResult(value)) {
      const { command, rowCount, rows } = value;
      return this.#properties({ command, rowCount, rows });
    }
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') {
      const json: unknown = toJSON.call(value, '');
      if (json !== value) return this.#item(json);
    }
    if (isA(value, Error)) return { name: value.name, message: value.message, ...this.#properties(value) };
    return this.#properties(value);
  }

  #properties(value: object): Record<string, unknown> {
    const entries: (readonly [string, unknown])[] = [];
    for (const key of Object.keys(value)) {
      const item = this.#property(value, key);
      if (item !== undefined) entries.push([key, item]);
    }
    return Object.fromEntries(entries);
  }

  /** A getter that throws spoils only its own property. */
  #property(value: object, key: string): unknown {
    let item: unknown;
    try {
      item = (value as Record<string, unknown>)[key];
    } catch (error) {
      item = `[cannot be read: ${messageOf(error)}]`;
    }
    return this.#item(item);
  }
}

/** A whole result of `pg`, returned as it is: its parsers and private fields are not data. */
function isQueryResult(value: object): value is { command: unknown; rowCount: unknown; rows: unknown } {
  return (
    'command' in value && 'rowCount' in value && 'rows' in value && 'fields' in value && '_types' in value
  );
}

/** One text per value: equal texts mean equal values. Keys are sorted, and types are distinguished. */
export function canonicalText(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'undefined';
    case 'bigint':
      return `${value}n`;
    case 'number':
      return Object.is(value, -0) ? '0' : String(value);
    case 'object':
      break;
    default:
      return JSON.stringify(value) ?? String(value);
  }
  if (value === null) return 'null';
  if (value instanceof Date)
    return `date(${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()})`;
  if (value instanceof Uint8Array) return `bytes(${Buffer.from(value).toString('hex')})`;
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalText(item)}`).join(',')}}`;
}
