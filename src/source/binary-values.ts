/**
 * Values in the binary format of the protocol, written as the server writes them as texts. A driver may ask for a text the
 * first time and for bytes later (JDBC does, from the fifth time on): the value is the same.
 * https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES
 */
import pg from 'pg';
import { MessageReader, ProtocolError } from '../wire/frames.ts';
import { dateText, intervalText, timestampText, timeText, zoneText } from './binary-times.ts';

/** Texts of a type's values, by its number. They may throw for bytes that are no value of it. */
const readers: Readonly<Record<number, (bytes: Buffer) => string>> = {
  16: (bytes) => (bytes[0] === 1 ? 't' : 'f'),
  17: hex,
  20: (bytes) => String(bytes.readBigInt64BE()),
  21: (bytes) => String(bytes.readInt16BE()),
  23: (bytes) => String(bytes.readInt32BE()),
  26: (bytes) => String(bytes.readUInt32BE()),
  600: (bytes) => pointText(bytes, 0),
  603: (bytes) => `${pointText(bytes, 0)},${pointText(bytes, 16)}`,
  700: (bytes) => singleText(bytes.readFloatBE()),
  701: (bytes) => String(bytes.readDoubleBE()),
  1082: (bytes) => dateText(bytes.readInt32BE()),
  1083: (bytes) => timeText(bytes.readBigInt64BE()),
  1114: (bytes) => timestampText(bytes.readBigInt64BE(), ''),
  1184: (bytes) => timestampText(bytes.readBigInt64BE(), '+00'),
  1186: (bytes) => intervalText(bytes.readBigInt64BE(), bytes.readInt32BE(8), bytes.readInt32BE(12)),
  1266: (bytes) => timeText(bytes.readBigInt64BE()) + zoneText(bytes.readInt32BE(8)),
  1700: numericText,
  2950: (bytes) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  // It begins with the number of its version.
  3802: (bytes) => bytes.toString('utf8', 1),
};
const texts: ReadonlySet<number> = new Set([18, 19, 25, 114, 142, 705, 1042, 1043]);

/** @param type the number of its type; 0 if it is not known */
export function valueOf(bytes: Buffer, type: number): unknown {
  const text = textOf(bytes, type);
  return text === undefined ? hex(bytes) : parsed(text, type);
}

/** A value as `pg` gives it. */
export function parsed(text: string, type: number): unknown {
  try {
    return pg.types.getTypeParser(type, 'text')(text);
  } catch {
    // The code under test can set parsers of its own, which may refuse a value.
    return text;
  }
}

/** Undefined for a type whose values have no plain form here. */
function textOf(bytes: Buffer, type: number): string | undefined {
  if (texts.has(type)) return bytes.toString('utf8');
  try {
    return readers[type]?.(bytes) ?? arrayText(bytes);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof ProtocolError)) throw error;
  }
  // Types that the database defines have other numbers on each: an enum's value is its name.
  const text = bytes.toString('utf8');
  return type >= firstOfDatabase && /^[^\p{C}\u{fffd}]+$/u.test(text) ? text : undefined;
}

/** FirstNormalObjectId of Postgres. */
const firstOfDatabase = 16_384;

function hex(bytes: Buffer): string {
  return `\\x${bytes.toString('hex')}`;
}

/**
 * The fewest digits that name this number; nine are enough for each. As Postgres writes it (Adams, "Ryū", PLDI 2018, without
 * its bounds), they lie nearer to it than to any other: half of the way to another number names neither, although it would be
 * rounded to one of them.
 */
function singleText(value: number): string {
  const halfWays = [-1, 1].map((step) => (value + singleBeside(value, step)) / 2);
  for (let digits = 1; digits < 9; digits += 1) {
    const short = rounded(value, digits);
    if (Math.fround(short) === value && !halfWays.includes(short)) return String(short);
  }
  return String(rounded(value, 9));
}

/** To so many digits; of two that are equally near, the even one, unlike `toPrecision`. */
function rounded(value: number, digits: number): number {
  const near = value.toPrecision(digits);
  const exact = value.toExponential(20).split('e')[0] ?? '';
  const isBetween = /^50*$/.test(exact.replace(/[-.]/g, '').slice(digits));
  const last = near.replace(/e.*/, '').replace(/\D/g, '').slice(-1);
  // It took the larger one.
  if (!isBetween || Number(last) % 2 === 0) return Number(near);
  return Number(near.replace(/\d(?=e|$)/, (digit) => String(Number(digit) - 1)));
}

/** The single-precision number before or after another one in the order of their bits. */
function singleBeside(value: number, step: number): number {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  bytes.writeUInt32BE((bytes.readUInt32BE() + step) >>> 0);
  return bytes.readFloatBE();
}

function pointText(bytes: Buffer, at: number): string {
  return `(${bytes.readDoubleBE(at)},${bytes.readDoubleBE(at + 8)})`;
}

const special: Readonly<Record<number, string>> = { 0xc000: 'NaN', 0xd000: 'Infinity', 0xf000: '-Infinity' };

/** Groups of four digits, the first of which counts 10000 ^ weight. */
function numericText(bytes: Buffer): string {
  const [count, weight] = [bytes.readUInt16BE(0), bytes.readInt16BE(2)];
  const [sign, scale] = [bytes.readUInt16BE(4), bytes.readUInt16BE(6)];
  const name = special[sign];
  if (name !== undefined) return name;
  const group = (index: number): string =>
    String(index >= 0 && index < count ? bytes.readUInt16BE(8 + 2 * index) : 0).padStart(4, '0');
  let whole = '';
  for (let index = 0; index <= weight; index += 1) whole += group(index);
  let fraction = '';
  for (let index = weight + 1; fraction.length < scale; index += 1) fraction += group(index);
  const digits = whole.replace(/^0+(?=.)/, '') || '0';
  return `${sign === 0x4000 ? '-' : ''}${digits}${scale > 0 ? `.${fraction.slice(0, scale)}` : ''}`;
}

/** @throws ProtocolError if it is no array */
function arrayText(bytes: Buffer): string {
  const reader = new MessageReader(bytes, 0);
  const [dimensions, nulls, type] = [reader.int32(), reader.int32(), reader.int32()];
  if (dimensions < 0 || dimensions > 6 || nulls >>> 1 !== 0) throw new ProtocolError('no array');
  const sizes = Array.from({ length: dimensions }, () => [reader.int32(), reader.int32()] as const);
  const part = (dimension: number): string => {
    const size = sizes[dimension]?.[0];
    if (size !== undefined) return `{${Array.from({ length: size }, () => part(dimension + 1)).join()}}`;
    const length = reader.int32();
    if (length < 0) return 'NULL';
    const element = reader.bytes(length);
    return quoted(textOf(element, type) ?? hex(element));
  };
  const bounds = sizes.map(([size, first]) => `[${first}:${first + size - 1}]`).join('');
  const text = dimensions === 0 ? '{}' : part(0);
  if (!reader.atEnd) throw new ProtocolError('no array');
  return sizes.every(([, first]) => first === 1) ? text : `${bounds}=${text}`;
}

function quoted(element: string): string {
  if (!/^$|^null$|["\\{},\s]/i.test(element)) return element;
  return `"${element.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
