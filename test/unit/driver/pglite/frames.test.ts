import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Unit, UnitReader } from '../../../../src/driver/pglite/frames.ts';
import { serialize } from './wire.ts';

const startup = serialize.startup({ user: 'postgres', database: 'postgres' });
const extended = (text: string): Buffer =>
  Buffer.concat([
    serialize.parse({ text }),
    serialize.bind({ values: ['1', null] }),
    serialize.describe({ type: 'P' }),
    serialize.execute({}),
  ]);
const copyRows = Buffer.concat([
  serialize.copyData(Buffer.from('1\n')),
  serialize.copyData(Buffer.from('2\n')),
]);

/** Pieces of a conversation, each with the kinds of unit that it makes. */
const pieces: readonly (readonly [bytes: Buffer, kinds: readonly string[]])[] = [
  [serialize.query('select 1; select 2'), ['query']],
  [serialize.query(''), ['query']],
  [Buffer.concat([extended('select $1'), serialize.sync()]), ['query']],
  [Buffer.concat([extended('select $1'), serialize.flush()]), ['flush']],
  [serialize.sync(), ['query']],
  [
    Buffer.concat([serialize.query('copy t from stdin'), copyRows, serialize.copyDone()]),
    ['copy-begin', 'copy'],
  ],
  [
    Buffer.concat([serialize.query('COPY t (a)\nFROM STDIN;'), serialize.copyFail('no')]),
    ['copy-begin', 'copy'],
  ],
  [serialize.query("insert into t values ('copy t from stdin')"), ['query']],
  [serialize.query('select 1; copy t from stdin'), ['query']],
  [Buffer.concat([extended('copy t from stdin'), serialize.sync()]), ['query']],
  [serialize.query('x'.repeat(70_000)), ['query']],
];

const plain = (units: readonly Unit[]): unknown =>
  units.map(({ kind, messages }) => [kind, Buffer.concat(messages).toString('latin1')]);

/** Cuts a buffer at the given places (each a share of its length). */
function cut(bytes: Buffer, shares: readonly number[]): Buffer[] {
  const places = [...new Set(shares.map((share) => Math.floor(share * bytes.length)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
}

test('however the bytes are cut, the units are the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...pieces), { maxLength: 8 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { maxLength: 30 }),
      (chosen, shares) => {
        const bytes = Buffer.concat([startup, ...chosen.map(([piece]) => piece), serialize.end()]);
        const whole = new UnitReader().read(bytes);
        expect(whole.map(({ kind }) => kind)).toEqual([
          'startup',
          ...chosen.flatMap(([, kinds]) => kinds),
          'terminate',
        ]);
        const reader = new UnitReader();
        const inPieces = cut(bytes, shares).flatMap((chunk) => reader.read(chunk));
        expect(plain(inPieces)).toEqual(plain(whole));
      },
    ),
  );
});

test('byte by byte', () => {
  const bytes = Buffer.concat([startup, ...pieces.slice(0, -1).map(([piece]) => piece)]);
  const reader = new UnitReader();
  const units = [...bytes].flatMap((byte) => reader.read(Buffer.from([byte])));
  expect(plain(units)).toEqual(plain(new UnitReader().read(bytes)));
});

test('nothing that was written is lost or added, but for the guard of a COPY that nobody would feed', () => {
  const written = Buffer.concat([extended('select 1'), serialize.flush(), serialize.sync()]);
  const units = new UnitReader().read(Buffer.concat([startup, written]));
  expect(Buffer.concat(units.slice(1).flatMap(({ messages }) => messages))).toEqual(written);

  const guarded = new UnitReader().read(
    Buffer.concat([startup, serialize.query('select 1; copy t from stdin')]),
  );
  expect(guarded[1]?.messages.map((message) => String.fromCharCode(message[0] ?? 0))).toEqual(['Q', 'f']);
});

test('a request for encryption leaves the connection where it was', () => {
  const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
  const cancel = Buffer.from([0, 0, 0, 16, 0x04, 0xd2, 0x16, 0x2e, 0, 0, 0, 1, 0, 0, 0, 2]);
  const kinds = new UnitReader().read(Buffer.concat([sslRequest, startup])).map(({ kind }) => kind);
  expect(kinds).toEqual(['encryption', 'startup']);
  expect(new UnitReader().read(cancel).map(({ kind }) => kind)).toEqual(['cancel']);
});
