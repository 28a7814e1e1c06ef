/** Values in the binary format of the protocol, as far as they have a plain form; others are shown as hexadecimal digits. */

const readers: Readonly<Record<number, (bytes: Buffer) => unknown>> = {
  16: (bytes) => bytes[0] === 1,
  20: (bytes) => (bytes.length === 8 ? String(bytes.readBigInt64BE()) : hex(bytes)),
  21: (bytes) => (bytes.length === 2 ? bytes.readInt16BE() : hex(bytes)),
  23: (bytes) => (bytes.length === 4 ? bytes.readInt32BE() : hex(bytes)),
  26: (bytes) => (bytes.length === 4 ? bytes.readUInt32BE() : hex(bytes)),
  700: (bytes) => (bytes.length === 4 ? bytes.readFloatBE() : hex(bytes)),
  701: (bytes) => (bytes.length === 8 ? bytes.readDoubleBE() : hex(bytes)),
  2950: (bytes) =>
    hex(bytes)
      .slice(2)
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  // jsonb begins with the number of its version.
  3802: (bytes) => bytes.toString('utf8', 1),
};
const texts: ReadonlySet<number> = new Set([18, 19, 25, 114, 705, 1042, 1043]);

function hex(bytes: Buffer): string {
  return `\\x${bytes.toString('hex')}`;
}

/** @param type the number of its type if it is in binary format (0 if that is unknown); undefined if it is a text */
export function valueOf(bytes: Buffer, type: number | undefined): unknown {
  if (type === undefined || texts.has(type)) return bytes.toString('utf8');
  return (readers[type] ?? hex)(bytes);
}
